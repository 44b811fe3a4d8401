import { Field, InputType, registerEnumType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { ImportRows } from '../../graphql/input-bounds.ts';
import type { PRODUCT_ORDERS } from './product-orders.ts';

export const ProductOrder = {
  NAME: 'NAME',
  NAME_DESC: 'NAME_DESC',
  NEWEST: 'NEWEST',
} as const satisfies Record<keyof typeof PRODUCT_ORDERS, string>;
export type ProductOrder = keyof typeof ProductOrder;

registerEnumType(ProductOrder, {
  name: 'ProductOrder',
  valuesConfig: {
    NAME: { description: 'By name, from A; the default.' },
    NAME_DESC: { description: 'By name, from Z.' },
    NEWEST: { description: 'The latest created first.' },
  },
});

@InputType({ description: 'One product, whole: a field that is left out is empty.' })
export class ProductImport {
  @Field(() => String, { description: 'The key by which the same product is known again.' })
  externalId!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: '8, 12, 13 or 14 digits with a right check digit.',
  })
  gtin?: string | null;

  @Field(() => String, { nullable: true, description: 'Its page in the shop.' })
  url?: string | null;
}

@InputType()
export class ImportProductsInput {
  @ImportRows()
  @Field(() => [ProductImport], { description: 'At most 1,000 a call.' })
  products!: ProductImport[];

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Says what would happen, and changes nothing.',
  })
  dryRun?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: IDEMPOTENCY_KEY,
  })
  idempotencyKey?: string | null;
}
