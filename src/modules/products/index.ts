/** What other modules may use of products. */
export { Product } from './product.type.ts';
export { productNoun } from './product.reads.ts';
export { productIds } from './import-products.service.ts';
