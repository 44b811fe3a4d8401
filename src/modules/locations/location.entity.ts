import { OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { LocationGroupEntity } from './location-group.entity.ts';

/** A postal address as it is stored, as far as it is known; `country` is ISO 3166-1 alpha-2. */
export interface StoredAddress {
  street?: string | null;
  postalCode?: string | null;
  city?: string | null;
  region?: string | null;
  country?: string | null;
}

@Entity({ tableName: 'location' })
@Unique({ properties: ['organizationId', 'externalId'] })
export class LocationEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'tags';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  externalId!: string;

  @Property({ type: 'text' })
  name!: string;

  /** IANA name: the days of this location are local days here. */
  @Property({ type: 'text' })
  timeZone!: string;

  @Property({ type: 'text' })
  locale!: string;

  @Property({ type: 'array', columnType: 'text[]', default: [] })
  tags!: string[];

  @ManyToOne(() => LocationGroupEntity, {
    joinColumns: ['organization_id', 'group_id'],
    ref: true,
    nullable: true,
  })
  group!: Ref<LocationGroupEntity> | null;

  @Property({ type: 'text', nullable: true })
  phone!: string | null;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  address!: StoredAddress | null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
