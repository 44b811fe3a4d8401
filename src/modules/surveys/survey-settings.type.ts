import { Field, InputType, Int } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';

const QUIET = 'No customer is invited twice within so many days, over all surveys; 0 to 365.';
const FROM = 'Such as 09:00: nobody is written to earlier in the customer’s own day.';
const UNTIL = 'Such as 20:00: from then on nobody is written to in the customer’s own day.';
const CONSENT = 'Whether only customers who have agreed to a channel are written to on it.';
const REVIEW_URL =
  'Where a review can be written; offered to every respondent alike, whatever was answered.';

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'By which rules the organization asks, and from whom mail comes.' })
export class SurveySettings {
  @Field(() => Int, { description: QUIET })
  quietPeriodDays!: number;

  @Field(() => String, { description: FROM })
  sendingFrom!: string;

  @Field(() => String, { description: UNTIL })
  sendingUntil!: string;

  @Field(() => Boolean, { description: CONSENT })
  consentRequired!: boolean;

  @Field(() => String, { nullable: true, description: 'Whose name mail comes with.' })
  senderName!: string | null;

  @Field(() => String, { nullable: true, description: 'The address that mail comes from.' })
  senderAddress!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When mail to the address was shown to be read; null: not yet.',
  })
  senderProvenAt!: Date | null;

  @Field(() => String, { nullable: true, description: REVIEW_URL })
  reviewInvitationUrl!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where invitations of the channel WEBHOOK go, such as to a service for SMS.',
  })
  webhookUrl!: string | null;

  @Field(() => Boolean, {
    description: 'Whether calls of it are signed. The secret itself is told once, when it is made.',
  })
  hasWebhookSecret!: boolean;
}

@InputType({ description: 'What is not given stays as it is.' })
export class UpdateSurveySettingsInput {
  @Field(() => Int, { nullable: true, description: QUIET })
  quietPeriodDays?: number | null;

  @Field(() => String, { nullable: true, description: FROM })
  sendingFrom?: string | null;

  @Field(() => String, { nullable: true, description: UNTIL })
  sendingUntil?: string | null;

  @Field(() => Boolean, { nullable: true, description: CONSENT })
  consentRequired?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'At most 100 characters; null: the name of the organization.',
  })
  senderName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A new one has to be proven, with `proveSender`. null takes it away.',
  })
  senderAddress?: string | null;

  @Field(() => String, { nullable: true, description: `${REVIEW_URL} null takes it away.` })
  reviewInvitationUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where invitations of the channel WEBHOOK go; the first one makes a secret. null takes both away.',
  })
  webhookUrl?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Makes another secret; calls signed with the last one end at once.',
  })
  newWebhookSecret?: boolean | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
export class ProveSenderInput {
  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
export class ConfirmSenderInput {
  @Field(() => String, { description: 'The six digits of the mail.' })
  code!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@PlainObjectType({ description: 'The settings as they are now, or why they were not changed.' })
export class UpdateSurveySettingsPayload {
  @RequiresScope('surveys:write')
  @Field(() => String, {
    nullable: true,
    description:
      'The secret that was made, which cannot be read again: keep it where calls are verified (https://www.standardwebhooks.com). Null where none was made, and when the call is repeated.',
  })
  webhookSecret!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'Where a code was sent, or why none was.' })
export class ProveSenderPayload {
  @Field(() => String, { nullable: true, description: 'The address that the code went to.' })
  sentTo!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when the code is taken.' })
  expiresAt!: Date | null;

  @Field(() => [UserError], { description: 'Why no code was sent.' })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'The settings as they are now, or why the code was not taken.' })
export class ConfirmSenderPayload {
  @Field(() => [UserError], { description: 'Why the code was not taken.' })
  userErrors!: UserError[];
}
