import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope, Storefront } from '../../graphql/access.ts';
import {
  type Connection,
  connectionType,
  PageArgs,
  readConnection,
} from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { ImportResult } from '../../graphql/import-rows.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { PlainInput } from '../../graphql/plain-input.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne } from '../../graphql/single.ts';
import { type Choice, chosenKey } from '../external-ids.ts';
import { importProducts } from './import-products.service.ts';
import { ImportProductsPayload } from './import-products.type.ts';
import { ImportProductsInput, ProductOrder } from './product.input.ts';
import { PRODUCT_ORDERS } from './product-orders.ts';
import { productBy, productNoun } from './product.reads.ts';
import { Product } from './product.type.ts';

const ProductConnection = connectionType('Product', () => Product, 'products:read');

@Resolver(() => Product)
export class ProductResolver {
  @Storefront()
  @RequiresScope('products:read')
  @Planned<Choice>({ kind: 'one', noun: productNoun, by: productBy })
  @Query(() => Product, {
    nullable: true,
    description: 'One product, by its id or by its external id; null where there is none.',
  })
  async product(
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('externalId', () => String, { nullable: true }) externalId: string | null | undefined,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    const key = await chosenKey(ctx.reader, 'Product', { id, externalId });
    return key === null ? null : readOne(productNoun, ctx, key, selectionOf(info));
  }

  @Storefront()
  @RequiresScope('products:read')
  @Planned<{ orderBy?: ProductOrder | null }>({
    kind: 'connection',
    noun: productNoun,
    list: ({ orderBy }) => ({ order: PRODUCT_ORDERS[orderBy ?? 'NAME'] }),
  })
  @Query(() => ProductConnection, { description: 'The products of the organization.' })
  products(
    @Arg('orderBy', () => ProductOrder, { nullable: true })
    orderBy: ProductOrder | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    return readConnection(productNoun, ctx, {
      args,
      order: PRODUCT_ORDERS[orderBy ?? 'NAME'],
      selection: selectionOf(info),
    });
  }

  @RequiresScope('products:write')
  @Mutation(() => ImportProductsPayload, {
    description:
      'Creates and updates products by their external ids: up to 1,000 a call, and each row stands alone.',
  })
  importProducts(
    @PlainInput(() => ImportProductsInput) input: ImportProductsInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ImportResult> {
    return importProducts(ctx, input);
  }
}
