import { PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { LocationEntity } from './location.entity.ts';

/** Where a location is on one review site. */
@Entity({ tableName: 'source_profile' })
@Unique({ properties: ['organizationId', 'location', 'source'] })
export class SourceProfileEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => LocationEntity, {
    joinColumns: ['organization_id', 'location_id'],
    ref: true,
  })
  location!: Ref<LocationEntity>;

  /** A ReviewSource. */
  @Property({ type: 'text' })
  source!: string;

  @Property({ type: 'text', nullable: true })
  externalId!: string | null;

  @Property({ type: 'text', nullable: true })
  url!: string | null;
}
