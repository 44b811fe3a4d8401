import { OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { ApiKeyEntity } from '../accounts/api-key.entity.ts';
import { MemberEntity } from '../accounts/member.entity.ts';
import { ReviewEntity } from '../reviews/review.entity.ts';

/** What the business answers in public. */
@Entity({ tableName: 'response' })
export class ResponseEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'origin' | 'revision';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => ReviewEntity, { joinColumns: ['organization_id', 'review_id'], ref: true })
  review!: Ref<ReviewEntity>;

  @Property({ type: 'text' })
  body!: string;

  @Property({ type: 'text' })
  status!: 'DRAFT' | 'SUBMITTED' | 'APPROVED' | 'REJECTED' | 'PUBLISHED' | 'FAILED';

  /** SOURCE: it was imported with its review. */
  @Property({ type: 'text', default: 'ANTIPHON' })
  origin!: 'ANTIPHON' | 'SOURCE';

  @ManyToOne(() => MemberEntity, {
    joinColumns: ['organization_id', 'author_member_id'],
    ref: true,
    nullable: true,
  })
  authorMember!: Ref<MemberEntity> | null;

  @ManyToOne(() => ApiKeyEntity, {
    joinColumns: ['organization_id', 'author_key_id'],
    ref: true,
    nullable: true,
  })
  authorKey!: Ref<ApiKeyEntity> | null;

  /** 1, and one more with each change of the body. */
  @Property({ type: 'integer', default: 1 })
  revision!: number;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  publishedAt!: Date | null;
}
