import { PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';

/** A node of the tree that groups locations. */
@Entity({ tableName: 'location_group' })
@Unique({ properties: ['organizationId', 'externalId'] })
export class LocationGroupEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** The group above; null at the root. */
  @ManyToOne(() => LocationGroupEntity, {
    joinColumns: ['organization_id', 'parent_id'],
    ref: true,
    nullable: true,
  })
  parent!: Ref<LocationGroupEntity> | null;

  @Property({ type: 'text' })
  externalId!: string;

  @Property({ type: 'text' })
  name!: string;
}
