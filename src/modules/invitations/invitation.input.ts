import { Field, ID, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { ContactChannel } from '../customers/index.ts';
import { InvitationState, InvitationTarget } from './invitation-enums.ts';

@InputType({
  description: 'Something to keep on the answer, such as a campaign, an order, a table.',
})
export class InvitationParamInput {
  @Field(() => String, { description: '1 to 50 letters, digits, "-" and "_".' })
  name!: string;

  @Field(() => String, { description: 'At most 200 characters. No personal data: links hold it.' })
  value!: string;
}

const PARAMS = 'At most 20, each name once.';

@InputType()
export class InviteCustomerInput {
  @Field(() => InvitationTarget, { defaultValue: InvitationTarget.SURVEY })
  target!: InvitationTarget;

  @Field(() => ID, { nullable: true, description: 'Of target SURVEY: this or `surveyKey`.' })
  surveyId?: string | null;

  @Field(() => String, { nullable: true })
  surveyKey?: string | null;

  @Field(() => ID, { nullable: true, description: 'This or `customerExternalId`.' })
  customerId?: string | null;

  @Field(() => String, { nullable: true })
  customerExternalId?: string | null;

  @Field(() => ContactChannel, {
    description:
      'EMAIL and WEBHOOK are sent by the server; of LINK and IN_APP you hand over the link.',
  })
  channel!: ContactChannel;

  @Field(() => String, {
    nullable: true,
    description: 'What it is about. Of target REVIEW: what to review, this or a product.',
  })
  locationExternalId?: string | null;

  @Field(() => String, { nullable: true })
  productExternalId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Such as "checkout"; at most 100 characters.',
  })
  touchpoint?: string | null;

  @Field(() => [InvitationParamInput], { defaultValue: [], description: PARAMS })
  params!: InvitationParamInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
export class CreateSurveyLinkInput {
  @Field(() => ID, { nullable: true, description: 'This or `surveyKey`.' })
  surveyId?: string | null;

  @Field(() => String, { nullable: true })
  surveyKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Where it hangs or is shown.' })
  locationExternalId?: string | null;

  @Field(() => String, { nullable: true })
  productExternalId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Such as "receipt"; at most 100 characters.',
  })
  touchpoint?: string | null;

  @Field(() => [InvitationParamInput], { defaultValue: [], description: PARAMS })
  params!: InvitationParamInput[];

  @Field(() => DateTime, { nullable: true, description: 'Null: as long as the survey is open.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
export class InvitationIdInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'All that is given must hold.' })
export class SurveyInvitationFilter {
  @Field(() => [InvitationState], { nullable: true, description: 'In any of these.' })
  states?: InvitationState[] | null;

  @Field(() => [ContactChannel], { nullable: true, description: 'Over any of these.' })
  channels?: ContactChannel[] | null;

  @Field(() => [ID], { nullable: true, description: 'Of any of these schedules; at most 100.' })
  scheduleIds?: string[] | null;
}
