import { PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import type { SurveyDefinition } from './definition.ts';
import { SurveyEntity } from './survey.entity.ts';

/** What a survey asks from one publication to the next. Once published, the database lets nobody change it. */
@Entity({ tableName: 'survey_version' })
@Unique({ properties: ['survey', 'number'] })
export class SurveyVersionEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => SurveyEntity, { joinColumns: ['organization_id', 'survey_id'], ref: true })
  survey!: Ref<SurveyEntity>;

  /** From 1, in the order in which they were begun. */
  @Property({ type: 'integer' })
  number!: number;

  @Property({ type: 'json', columnType: 'jsonb' })
  definition!: SurveyDefinition;

  @Property({ type: 'integer' })
  questionCount!: number;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  /** Null: it is the draft. */
  @Property({ type: 'datetime', nullable: true })
  publishedAt!: Date | null;
}
