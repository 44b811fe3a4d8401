import { ArrayType, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { SurveyResponseEntity } from './survey-response.entity.ts';

/** What was answered to one question; nothing where it was passed over. */
@Entity({ tableName: 'survey_answer' })
export class SurveyAnswerEntity {
  [PrimaryKeyProp]?: ['response', 'questionKey'];

  @ManyToOne(() => SurveyResponseEntity, {
    primary: true,
    joinColumns: ['organization_id', 'response_id'],
    ref: true,
  })
  response!: Ref<SurveyResponseEntity>;

  @PrimaryKey({ type: 'text' })
  questionKey!: string;

  @Property({ type: 'double', nullable: true })
  number!: number | null;

  @Property({ type: ArrayType, nullable: true })
  choices!: string[] | null;

  @Property({ type: 'text', nullable: true })
  text!: string | null;

  @Property({ type: 'datetime' })
  answeredAt!: Date;
}
