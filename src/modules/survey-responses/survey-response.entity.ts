import { OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, OneToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { ContactChannel } from '../customers/index.ts';
import { CustomerEntity } from '../customers/customer.entity.ts';
import { InvitationEntity } from '../invitations/invitation.entity.ts';
import { LocationEntity } from '../locations/location.entity.ts';
import { ProductEntity } from '../products/product.entity.ts';
import type { AnswerSentiment, NpsSegment, SurveyScale } from '../surveys/index.ts';
import { SurveyVersionEntity } from '../surveys/survey-version.entity.ts';

/** What somebody answered to a survey. Score and what follows from it are there once it is complete. */
@Entity({ tableName: 'survey_response' })
export class SurveyResponseEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'params';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  surveyId!: string;

  @Property({ type: 'integer', fieldName: 'survey_version' })
  versionNumber!: number;

  /** By the two above. */
  @ManyToOne(() => SurveyVersionEntity, {
    joinColumns: ['organization_id', 'survey_id', 'survey_version'],
    referencedColumnNames: ['organization_id', 'survey_id', 'number'],
    ref: true,
  })
  surveyVersion!: Ref<SurveyVersionEntity>;

  /** Null where it came by a public link, which is answered many times. */
  @OneToOne(() => InvitationEntity, {
    joinColumns: ['organization_id', 'invitation_id'],
    ref: true,
    nullable: true,
    owner: true,
  })
  invitation!: Ref<InvitationEntity> | null;

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
  channel!: ContactChannel;

  @Property({ type: 'text', nullable: true })
  touchpoint!: string | null;

  @Property({ type: 'text' })
  locale!: string;

  /** Of the link that was followed. */
  @Property({ type: 'json', columnType: 'jsonb', default: '{}' })
  params!: Readonly<Record<string, string>>;

  @Property({ type: 'text' })
  state!: 'PARTIAL' | 'COMPLETED';

  @Property({ type: 'text', nullable: true })
  scale!: SurveyScale | null;

  @Property({ type: 'double', nullable: true })
  score!: number | null;

  @Property({ type: 'text', nullable: true })
  segment!: NpsSegment | null;

  @Property({ type: 'text', nullable: true })
  sentiment!: AnswerSentiment | null;

  /** The key of the thank-you page. */
  @Property({ type: 'text', nullable: true })
  outcome!: string | null;

  @Property({ type: 'datetime' })
  startedAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  completedAt!: Date | null;

  /** From the first sending of the invitation to the completion. */
  @Property({ type: 'double', nullable: true })
  responseSeconds!: number | null;

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
