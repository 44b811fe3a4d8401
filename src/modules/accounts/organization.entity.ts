import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** The tenant. Its own id is what `organization_id` is everywhere else. */
@Entity({ tableName: 'organization' })
export class OrganizationEntity {
  [OptionalProps]?:
    | 'timeZone'
    | 'locale'
    | 'negativeAtMost'
    | 'positiveAtLeast'
    | 'responseDueNegativeHours'
    | 'responseDueOtherHours';

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** Unique in the installation: lower case letters, digits and hyphens. */
  @Property({ type: 'text', unique: true })
  slug!: string;

  @Property({ type: 'text' })
  name!: string;

  /** IANA name. */
  @Property({ type: 'text', default: 'UTC' })
  timeZone!: string;

  @Property({ type: 'text', default: 'en' })
  locale!: string;

  /** A score up to here is negative; 0..1. */
  @Property({ type: 'double', default: 0.25 })
  negativeAtMost!: number;

  /** A score from here up is positive; 0..1. */
  @Property({ type: 'double', default: 0.75 })
  positiveAtLeast!: number;

  @Property({ type: 'integer', default: 24 })
  responseDueNegativeHours!: number;

  @Property({ type: 'integer', default: 48 })
  responseDueOtherHours!: number;

  @Property({ type: 'datetime' })
  createdAt!: Date;
}
