import { Field, ID } from 'type-graphql';
import { PlainObjectType, RequiresScope, Storefront } from '../../graphql/access.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime, Locale, TimeZone } from '../../graphql/scalars.ts';

@PlainObjectType({ description: 'A postal address, as far as it is known.' })
export class Address {
  @Storefront()
  @Field(() => String, { nullable: true })
  street!: string | null;

  @Storefront()
  @Field(() => String, { nullable: true })
  postalCode!: string | null;

  @Storefront()
  @Field(() => String, { nullable: true })
  city!: string | null;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'State, province or the like.' })
  region!: string | null;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2, such as NL.' })
  country!: string | null;
}

@RequiresScope('locations:read')
@PlainObjectType({
  implements: Node,
  description: 'A node of the tree that groups locations: a brand, a country, a region.',
})
export class LocationGroup extends Node {
  @Field(() => String, {
    description: 'Unique in the organization; the path of names from the root.',
  })
  externalId!: string;

  @Field(() => String)
  name!: string;

  @Field(() => LocationGroup, { nullable: true, description: 'The group above; null at the root.' })
  parent!: LocationGroup | null;
}

@RequiresScope('locations:read')
@PlainObjectType({
  implements: Node,
  description: 'A place, branch or web shop that receives reviews.',
})
export class Location extends Node {
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
  @Field(() => TimeZone, { description: 'IANA name; days of this location are local days here.' })
  timeZone!: string;

  @Storefront()
  @Field(() => Locale, { description: 'BCP 47: the language that the location speaks.' })
  locale!: string;

  @Storefront()
  @Field(() => [String])
  tags!: string[];

  @Storefront()
  @Field(() => String, { nullable: true, description: 'For customers, in international form.' })
  phone!: string | null;

  @Storefront()
  @Field(() => Address, { nullable: true })
  address!: Address | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}
