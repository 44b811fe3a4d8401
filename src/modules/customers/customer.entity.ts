import { OptionalProps, PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import type { NpsSegment } from './nps-segment.ts';

/** A known person. What is from `feedbackCount` on follows from survey responses; see `recordFeedback`. */
@Entity({ tableName: 'customer' })
@Unique({ properties: ['organizationId', 'externalId'] })
export class CustomerEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'feedbackCount' | 'negativeCsatRun' | 'atRisk' | 'advocate';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  externalId!: string;

  @Property({ type: 'text', nullable: true })
  name!: string | null;

  @Property({ type: 'text', nullable: true })
  email!: string | null;

  @Property({ type: 'text', nullable: true })
  phone!: string | null;

  @Property({ type: 'text' })
  locale!: string;

  /** IANA name: hours in which the customer may be written to are local hours here. */
  @Property({ type: 'text' })
  timeZone!: string;

  @Property({ type: 'datetime', nullable: true })
  signedUpAt!: Date | null;

  @Property({ type: 'datetime', nullable: true })
  churnedAt!: Date | null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;

  /** Completed survey responses. */
  @Property({ type: 'integer', default: 0 })
  feedbackCount!: number;

  @Property({ type: 'datetime', nullable: true })
  lastFeedbackAt!: Date | null;

  /** Of the latest NPS answer. */
  @Property({ type: 'text', nullable: true })
  npsSegment!: NpsSegment | null;

  /** Of the latest CSAT answer. */
  @Property({ type: 'text', nullable: true })
  csatSentiment!: 'NEGATIVE' | 'NEUTRAL' | 'POSITIVE' | null;

  /** How many of the latest CSAT answers are negative, without another one between. */
  @Property({ type: 'integer', default: 0 })
  negativeCsatRun!: number;

  @Property({ type: 'boolean', default: false })
  atRisk!: boolean;

  @Property({ type: 'datetime', nullable: true })
  atRiskSince!: Date | null;

  @Property({ type: 'boolean', default: false })
  advocate!: boolean;

  /** When the last survey was sent, for the quiet period. */
  @Property({ type: 'datetime', nullable: true })
  lastInvitedAt!: Date | null;
}
