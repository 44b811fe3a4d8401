import { PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { LocationEntity } from '../locations/location.entity.ts';
import type { CustomerEventKind } from './customer-event-kind.ts';
import { CustomerEntity } from './customer.entity.ts';

/** Something that a customer did, or that happened between the customer and the business. */
@Entity({ tableName: 'customer_event' })
@Unique({ properties: ['organizationId', 'externalId'] })
export class CustomerEventEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => CustomerEntity, {
    joinColumns: ['organization_id', 'customer_id'],
    ref: true,
  })
  customer!: Ref<CustomerEntity>;

  @Property({ type: 'text' })
  kind!: CustomerEventKind;

  @Property({ type: 'text', nullable: true })
  name!: string | null;

  @Property({ type: 'text', nullable: true })
  channel!: string | null;

  @Property({ type: 'text', nullable: true })
  touchpoint!: string | null;

  @ManyToOne(() => LocationEntity, {
    joinColumns: ['organization_id', 'location_id'],
    ref: true,
    nullable: true,
  })
  location!: Ref<LocationEntity> | null;

  @Property({ type: 'text', nullable: true })
  externalId!: string | null;

  @Property({ type: 'datetime' })
  occurredAt!: Date;

  @Property({ type: 'datetime' })
  receivedAt!: Date;
}
