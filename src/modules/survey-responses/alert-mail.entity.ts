import { OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { MemberEntity } from '../accounts/member.entity.ts';
import { DetractorAlertEntity } from './detractor-alert.entity.ts';

/** That a member is told of an alert by mail, once. */
@Entity({ tableName: 'alert_mail' })
export class AlertMailEntity {
  [PrimaryKeyProp]?: ['alert', 'member'];
  [OptionalProps]?: 'attempts';

  @ManyToOne(() => DetractorAlertEntity, {
    primary: true,
    joinColumns: ['organization_id', 'alert_id'],
    ref: true,
  })
  alert!: Ref<DetractorAlertEntity>;

  @ManyToOne(() => MemberEntity, {
    primary: true,
    joinColumns: ['organization_id', 'member_id'],
    ref: true,
  })
  member!: Ref<MemberEntity>;

  @Property({ type: 'integer', default: 0 })
  attempts!: number;

  /** Null: no more. */
  @Property({ type: 'datetime', nullable: true })
  nextAttemptAt!: Date | null;

  @Property({ type: 'datetime', nullable: true })
  sentAt!: Date | null;
}
