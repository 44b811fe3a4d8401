import { Field, ID } from 'type-graphql';
import { PlainObjectType, RequiresScope, Storefront } from '../../graphql/access.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';

@RequiresScope('products:read')
@PlainObjectType({
  implements: Node,
  description: 'A thing that a storefront sells; a review can speak of one beside a location.',
})
export class Product extends Node {
  @Storefront()
  @Field(() => ID)
  override id!: string;

  @Storefront()
  @Field(() => String, {
    description: "The organization's own key for it; unique in the organization.",
  })
  externalId!: string;

  @Storefront()
  @Field(() => String)
  name!: string;

  @Storefront()
  @Field(() => String, {
    nullable: true,
    description: 'Global Trade Item Number: 8, 12, 13 or 14 digits.',
  })
  gtin!: string | null;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'Its page in the shop.' })
  url!: string | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}
