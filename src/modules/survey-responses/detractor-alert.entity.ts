import { PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, OneToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { MemberEntity } from '../accounts/member.entity.ts';
import { SurveyResponseEntity } from './survey-response.entity.ts';

/** That somebody is so dissatisfied that it has to be known at once; one of a response. */
@Entity({ tableName: 'detractor_alert' })
export class DetractorAlertEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @OneToOne(() => SurveyResponseEntity, {
    joinColumns: ['organization_id', 'response_id'],
    ref: true,
    owner: true,
  })
  response!: Ref<SurveyResponseEntity>;

  @Property({ type: 'datetime' })
  raisedAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  acknowledgedAt!: Date | null;

  /** Null as well where a key did it that acts for no member. */
  @ManyToOne(() => MemberEntity, {
    joinColumns: ['organization_id', 'acknowledged_by'],
    ref: true,
    nullable: true,
  })
  acknowledgedBy!: Ref<MemberEntity> | null;
}
