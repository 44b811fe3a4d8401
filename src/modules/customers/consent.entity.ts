import { PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { ContactChannel } from './consent.ts';
import { CustomerEntity } from './customer.entity.ts';

/** What a customer has said about being asked over a channel. No row: nothing yet. */
@Entity({ tableName: 'customer_consent' })
export class CustomerConsentEntity {
  [PrimaryKeyProp]?: ['customer', 'channel'];

  @ManyToOne(() => CustomerEntity, {
    primary: true,
    joinColumns: ['organization_id', 'customer_id'],
    ref: true,
  })
  customer!: Ref<CustomerEntity>;

  @PrimaryKey({ type: 'text' })
  channel!: ContactChannel;

  @Property({ type: 'boolean' })
  granted!: boolean;

  /** Where it was said, such as the page of a sign-up. */
  @Property({ type: 'text', nullable: true })
  source!: string | null;

  @Property({ type: 'datetime' })
  changedAt!: Date;
}
