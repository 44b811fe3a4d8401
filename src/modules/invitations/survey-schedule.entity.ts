import { ArrayType, OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { SurveyEntity } from '../surveys/survey.entity.ts';
import type { InvitationTarget } from './invitation-enums.ts';
import type { Trigger } from './trigger.ts';

/** When who is invited without anybody asking for it. */
@Entity({ tableName: 'survey_schedule' })
export class SurveyScheduleEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'reminderDays' | 'expiresAfterDays' | 'params' | 'active';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text' })
  target!: InvitationTarget;

  /** Of target SURVEY. */
  @ManyToOne(() => SurveyEntity, {
    joinColumns: ['organization_id', 'survey_id'],
    ref: true,
    nullable: true,
  })
  survey!: Ref<SurveyEntity> | null;

  @Property({ type: 'json', columnType: 'jsonb' })
  trigger!: Trigger;

  /** Only customers of these; never of target REVIEW. */
  @Property({ type: 'array', columnType: 'text[]', nullable: true })
  segments!: string[] | null;

  @Property({ type: 'text' })
  channel!: string;

  /** After its time an invitation that could not be sent is not sent any more. */
  @Property({ type: 'integer' })
  sendWithinMinutes!: number;

  @Property({ type: new ArrayType(Number), columnType: 'integer[]', default: [] })
  reminderDays!: number[];

  @Property({ type: 'integer', default: 30 })
  expiresAfterDays!: number;

  @Property({ type: 'json', columnType: 'jsonb', default: '{}' })
  params!: Readonly<Record<string, string>>;

  @Property({ type: 'boolean', default: false })
  active!: boolean;

  /** Nothing that became due before it is sent. */
  @Property({ type: 'datetime', nullable: true })
  activatedAt!: Date | null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
