import { Field, ID, InputType, Int } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import { ContactChannel, CustomerSegment } from '../customers/index.ts';
import { InvitationTarget } from './invitation-enums.ts';
import { InvitationParamInput } from './invitation.input.ts';
import { InvitationParam } from './invitation.type.ts';
import { SurveyTrigger, SurveyTriggerInput } from './trigger.type.ts';

const SEGMENTS =
  'Only customers in any of these; null: all. Not of target REVIEW: who is asked for a public review must not depend on what they think.';
const WITHIN =
  'An invitation that could not be sent so many minutes after it was due (night, quiet period, no mail server) is not sent any more; 1 to 129,600.';
const REMINDERS =
  'Days after sending at which whoever has not answered is reminded; at most 3, rising, before it expires.';
const EXPIRES = 'How long it can be answered, in days from when it was sent; 1 to 365.';
const ACTIVE = 'Whether it sends. What became due while it did not is not made up for.';
const NAME = 'For people of the organization; at most 200 characters.';
const PARAMS = 'Kept on each answer; at most 20, each name once.';

@RequiresScope('surveys:read')
@PlainObjectType({
  implements: Node,
  description: 'When who is invited without anybody asking for it.',
})
export class SurveySchedule extends Node {
  @Field(() => String, { description: 'For people of the organization.' })
  name!: string;

  @Field(() => InvitationTarget, { description: 'What it asks for.' })
  target!: InvitationTarget;

  @Field(() => SurveyTrigger, { description: 'What makes a customer due.' })
  trigger!: SurveyTrigger;

  @Field(() => [CustomerSegment], { nullable: true, description: SEGMENTS })
  segments!: CustomerSegment[] | null;

  @Field(() => ContactChannel, { description: 'Over which its invitations go.' })
  channel!: ContactChannel;

  @Field(() => Int, { description: WITHIN })
  sendWithinMinutes!: number;

  @Field(() => [Int], { description: REMINDERS })
  reminderDays!: number[];

  @Field(() => Int, { description: EXPIRES })
  expiresAfterDays!: number;

  @Field(() => [InvitationParam], { description: PARAMS })
  params!: InvitationParam[];

  @Field(() => Boolean, { description: ACTIVE })
  active!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'Since when it sends.' })
  activatedAt!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const SurveyScheduleConnection = connectionType(
  'SurveySchedule',
  () => SurveySchedule,
  'surveys:read',
);

@InputType()
export class CreateSurveyScheduleInput {
  @Field(() => String, { description: NAME })
  name!: string;

  @Field(() => InvitationTarget, { defaultValue: InvitationTarget.SURVEY })
  target!: InvitationTarget;

  @Field(() => ID, { nullable: true, description: 'Of target SURVEY: this or `surveyKey`.' })
  surveyId?: string | null;

  @Field(() => String, { nullable: true })
  surveyKey?: string | null;

  @Field(() => SurveyTriggerInput)
  trigger!: SurveyTriggerInput;

  @Field(() => [CustomerSegment], { nullable: true, description: SEGMENTS })
  segments?: CustomerSegment[] | null;

  @Field(() => ContactChannel)
  channel!: ContactChannel;

  @Field(() => Int, {
    nullable: true,
    description: `${WITHIN} By default a week after sign-up and lifecycle, else three days; of an interaction what it says.`,
  })
  sendWithinMinutes?: number | null;

  @Field(() => [Int], { defaultValue: [], description: REMINDERS })
  reminderDays!: number[];

  @Field(() => Int, { defaultValue: 30, description: EXPIRES })
  expiresAfterDays!: number;

  @Field(() => [InvitationParamInput], { defaultValue: [], description: PARAMS })
  params!: InvitationParamInput[];

  @Field(() => Boolean, { defaultValue: false, description: ACTIVE })
  active!: boolean;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({
  description: 'What is not given stays as it is. What a schedule is for does not change.',
})
export class UpdateSurveyScheduleInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: NAME })
  name?: string | null;

  @Field(() => SurveyTriggerInput, { nullable: true, description: 'The whole of it.' })
  trigger?: SurveyTriggerInput | null;

  @Field(() => [CustomerSegment], { nullable: true, description: `${SEGMENTS}` })
  segments?: CustomerSegment[] | null;

  @Field(() => ContactChannel, { nullable: true })
  channel?: ContactChannel | null;

  @Field(() => Int, { nullable: true, description: WITHIN })
  sendWithinMinutes?: number | null;

  @Field(() => [Int], { nullable: true, description: REMINDERS })
  reminderDays?: number[] | null;

  @Field(() => Int, { nullable: true, description: EXPIRES })
  expiresAfterDays?: number | null;

  @Field(() => [InvitationParamInput], { nullable: true, description: PARAMS })
  params?: InvitationParamInput[] | null;

  @Field(() => Boolean, { nullable: true, description: ACTIVE })
  active?: boolean | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
export class DeleteSurveyScheduleInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@PlainObjectType({ description: 'What became of a mutation on a schedule.' })
export class SurveySchedulePayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'Which schedule was deleted, or why none was.' })
export class DeleteSurveySchedulePayload {
  @Field(() => [UserError])
  userErrors!: UserError[];
}
