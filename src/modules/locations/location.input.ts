import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { ImportRows } from '../../graphql/input-bounds.ts';
import { Locale, TimeZone } from '../../graphql/scalars.ts';
import type { LOCATION_ORDERS } from './location-orders.ts';

export const LocationOrder = {
  NAME: 'NAME',
  NAME_DESC: 'NAME_DESC',
  NEWEST: 'NEWEST',
} as const satisfies Record<keyof typeof LOCATION_ORDERS, string>;
export type LocationOrder = keyof typeof LocationOrder;

registerEnumType(LocationOrder, {
  name: 'LocationOrder',
  valuesConfig: {
    NAME: { description: 'By name, from A; the default.' },
    NAME_DESC: { description: 'By name, from Z.' },
    NEWEST: { description: 'The latest created first.' },
  },
});

@InputType({ description: 'Conditions that hold together; an empty list matches nothing.' })
export class LocationFilter {
  @Field(() => [ID], { nullable: true })
  ids?: string[] | null;

  @Field(() => [String], { nullable: true })
  externalIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'In these groups or in one below them.' })
  groupIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Having all of these tags.' })
  tags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'A part of the name, whatever the case.' })
  name?: string | null;
}

@InputType({ description: 'A postal address, as far as it is known.' })
export class AddressInput {
  @Field(() => String, { nullable: true })
  street?: string | null;

  @Field(() => String, { nullable: true })
  postalCode?: string | null;

  @Field(() => String, { nullable: true })
  city?: string | null;

  @Field(() => String, { nullable: true })
  region?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2, such as NL.' })
  country?: string | null;
}

@InputType({
  description:
    'One location. What is not given stays as it is where the location exists, and gets its default where it is new; null removes a value that may be absent.',
})
export class LocationImport {
  @Field(() => String, { description: 'The key by which the same location is known again.' })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'Needed for a new location.' })
  name?: string | null;

  @Field(() => TimeZone, { nullable: true, description: "Default: the organization's." })
  timeZone?: string | null;

  @Field(() => Locale, { nullable: true, description: "Default: the organization's." })
  locale?: string | null;

  @Field(() => [String], { nullable: true })
  tags?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Names from the root of the group tree, such as ["Brand", "Netherlands"]; groups that do not exist are made.',
  })
  groupPath?: string[] | null;

  @Field(() => String, { nullable: true })
  phone?: string | null;

  @Field(() => AddressInput, { nullable: true })
  address?: AddressInput | null;
}

@InputType()
export class ImportLocationsInput {
  @ImportRows()
  @Field(() => [LocationImport], { description: 'At most 1,000 a call.' })
  locations!: LocationImport[];

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
