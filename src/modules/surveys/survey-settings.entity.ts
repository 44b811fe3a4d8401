import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { SenderProof } from './sender-code.ts';

/** By which rules an organization asks. Where it has no row, the defaults hold. */
@Entity({ tableName: 'survey_settings' })
export class SurveySettingsEntity {
  [OptionalProps]?: 'quietPeriodDays' | 'sendingFrom' | 'sendingUntil' | 'consentRequired';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @Property({ type: 'integer', default: 30 })
  quietPeriodDays!: number;

  /** Such as 09:00, in the customer's own time zone. */
  @Property({ type: 'text', default: '09:00' })
  sendingFrom!: string;

  @Property({ type: 'text', default: '20:00' })
  sendingUntil!: string;

  @Property({ type: 'boolean', default: true })
  consentRequired!: boolean;

  @Property({ type: 'text', nullable: true })
  senderName!: string | null;

  @Property({ type: 'text', nullable: true })
  senderAddress!: string | null;

  /** The code that was sent to the address, as a hash, until it is confirmed. */
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  senderProof!: SenderProof | null;

  @Property({ type: 'datetime', nullable: true })
  senderProvenAt!: Date | null;

  @Property({ type: 'text', nullable: true })
  reviewInvitationUrl!: string | null;

  @Property({ type: 'text', nullable: true })
  webhookUrl!: string | null;

  /** Signs what is sent to the webhook. Told once, when it is made. */
  @Property({ type: 'text', nullable: true })
  webhookSecret!: string | null;

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
