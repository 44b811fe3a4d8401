import { Field, Float, ID, Int } from 'type-graphql';
import { PlainObjectType, RequiresScope, Storefront } from '../../graphql/access.ts';
import { DateTime, Locale, TimeZone } from '../../graphql/scalars.ts';

@PlainObjectType({ description: 'The tenant: everything belongs to exactly one organization.' })
export class Organization {
  @Field(() => ID)
  id!: string;

  @Field(() => String, {
    description: 'Its short name in commands and in the header `antiphon-organization`.',
  })
  slug!: string;

  @Storefront()
  @Field(() => String)
  name!: string;

  @RequiresScope('organization:read')
  @Field(() => TimeZone, { description: 'IANA name; the default of new locations.' })
  timeZone!: string;

  @RequiresScope('organization:read')
  @Field(() => Locale, { description: 'BCP 47; the default of new locations.' })
  locale!: string;

  @RequiresScope('organization:read')
  @Field(() => Float, { description: 'Reviews with this score (0..1) or less are NEGATIVE.' })
  negativeAtMost!: number;

  @RequiresScope('organization:read')
  @Field(() => Float, { description: 'Reviews with this score (0..1) or more are POSITIVE.' })
  positiveAtLeast!: number;

  @RequiresScope('organization:read')
  @Field(() => Int, { description: 'Hours in which a negative review is to be answered.' })
  responseDueNegativeHours!: number;

  @RequiresScope('organization:read')
  @Field(() => Int, { description: 'Hours in which any other review is to be answered.' })
  responseDueOtherHours!: number;

  @RequiresScope('organization:read')
  @Field(() => DateTime)
  createdAt!: Date;
}
