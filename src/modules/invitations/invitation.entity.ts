import { ArrayType, OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { CustomerEntity } from '../customers/customer.entity.ts';
import { LocationEntity } from '../locations/location.entity.ts';
import { ProductEntity } from '../products/product.entity.ts';
import { SurveyEntity } from '../surveys/survey.entity.ts';
import type { InvitationReason, InvitationState, InvitationTarget } from './invitation-enums.ts';
import { SurveyScheduleEntity } from './survey-schedule.entity.ts';

/** One request to one customer over one channel; without a customer, a link that anybody may follow. */
@Entity({ tableName: 'invitation' })
@Unique({ properties: ['organizationId', 'occasion'] })
export class InvitationEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'params' | 'state' | 'attempts' | 'reminderDays' | 'remindersSent';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  target!: InvitationTarget;

  @ManyToOne(() => SurveyEntity, {
    joinColumns: ['organization_id', 'survey_id'],
    ref: true,
    nullable: true,
  })
  survey!: Ref<SurveyEntity> | null;

  /** The version that was published when it was sent; that is the one that is answered. */
  @Property({ type: 'integer', nullable: true })
  surveyVersion!: number | null;

  @ManyToOne(() => SurveyScheduleEntity, {
    joinColumns: ['organization_id', 'schedule_id'],
    ref: true,
    nullable: true,
  })
  schedule!: Ref<SurveyScheduleEntity> | null;

  @ManyToOne(() => CustomerEntity, {
    joinColumns: ['organization_id', 'customer_id'],
    ref: true,
    nullable: true,
  })
  customer!: Ref<CustomerEntity> | null;

  @ManyToOne(() => LocationEntity, {
    joinColumns: ['organization_id', 'location_id'],
    ref: true,
    nullable: true,
  })
  location!: Ref<LocationEntity> | null;

  @ManyToOne(() => ProductEntity, {
    joinColumns: ['organization_id', 'product_id'],
    ref: true,
    nullable: true,
  })
  product!: Ref<ProductEntity> | null;

  @Property({ type: 'text' })
  channel!: string;

  @Property({ type: 'text', nullable: true })
  touchpoint!: string | null;

  /** What it is for: there is one invitation for an occasion, whoever plans it and how often. */
  @Property({ type: 'text' })
  occasion!: string;

  @Property({ type: 'text' })
  locale!: string;

  @Property({ type: 'json', columnType: 'jsonb', default: '{}' })
  params!: Readonly<Record<string, string>>;

  @Property({ type: 'text', default: 'SCHEDULED' })
  state!: InvitationState;

  @Property({ type: 'text', nullable: true })
  reason!: InvitationReason | null;

  /** Not before then; of one that was skipped, when another one may be sent. */
  @Property({ type: 'datetime', nullable: true })
  retryAt!: Date | null;

  @Property({ type: 'datetime' })
  dueAt!: Date;

  /** Not sent after it; null: whenever it may be. */
  @Property({ type: 'datetime', nullable: true })
  sendBy!: Date | null;

  @Property({ type: 'integer', default: 0 })
  attempts!: number;

  /** By the clock of the database: until then one process alone works on it. */
  @Property({ type: 'datetime', nullable: true })
  leasedUntil!: Date | null;

  /** When a process took it to send it; stays where it was sent, and goes where that failed. */
  @Property({ type: 'datetime', nullable: true })
  sentAt!: Date | null;

  @Property({ type: 'datetime', nullable: true })
  openedAt!: Date | null;

  @Property({ type: 'datetime', nullable: true })
  answeredAt!: Date | null;

  @Property({ type: 'datetime', nullable: true })
  expiresAt!: Date | null;

  /** Days after it was sent. */
  @Property({ type: new ArrayType(Number), columnType: 'integer[]', default: [] })
  reminderDays!: number[];

  @Property({ type: 'integer', default: 0 })
  remindersSent!: number;

  @Property({ type: 'datetime', nullable: true })
  nextReminderAt!: Date | null;

  @Property({ type: 'datetime' })
  createdAt!: Date;
}
