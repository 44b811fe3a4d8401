import { Field, InputType, Int } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { CustomerEventKind } from '../customers/index.ts';

const DAYS_AFTER = 'Days of 24 hours after sign-up; 0 to 3,650.';
const DELAY = 'Minutes after the event; 0 to 129,600 (90 days).';
const NAME = 'Only events of this name, such as "delivered".';
const TOUCHPOINT = 'Only events at this touchpoint.';
const LIFECYCLE =
  'At first some days after sign-up, once more some days after that, then again and again: the days are counted from sign-up, whenever the one before was sent.';
const INTERACTION = 'While the impression is fresh, or not at all.';
const WITHIN = 'Minutes after the interaction within which it is sent, or not; 1 to 60.';

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'So many days after sign-up, once.' })
export class SignUpAgeTrigger {
  @Field(() => Int, { description: DAYS_AFTER })
  days!: number;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: LIFECYCLE })
export class LifecycleTrigger {
  @Field(() => Int, { description: 'After sign-up.' })
  firstAfterDays!: number;

  @Field(() => Int, { description: 'After the first.' })
  thenAfterDays!: number;

  @Field(() => Int, { description: 'After that.' })
  everyDays!: number;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'After each event of a kind.' })
export class EventTrigger {
  @Field(() => CustomerEventKind)
  kind!: CustomerEventKind;

  @Field(() => String, { nullable: true, description: NAME })
  name!: string | null;

  @Field(() => String, { nullable: true, description: TOUCHPOINT })
  touchpoint!: string | null;

  @Field(() => Int, { description: DELAY })
  delayMinutes!: number;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'After the so-manieth event of a kind of a customer, once.' })
export class EventCountTrigger {
  @Field(() => CustomerEventKind)
  kind!: CustomerEventKind;

  @Field(() => String, { nullable: true, description: NAME })
  name!: string | null;

  @Field(() => String, { nullable: true, description: TOUCHPOINT })
  touchpoint!: string | null;

  @Field(() => Int, { description: 'Which one, from 1.' })
  count!: number;

  @Field(() => Int, { description: DELAY })
  delayMinutes!: number;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: INTERACTION })
export class InteractionTrigger {
  @Field(() => String, { nullable: true, description: 'Only interactions over this channel.' })
  channel!: string | null;

  @Field(() => String, { nullable: true, description: 'Only interactions at this touchpoint.' })
  touchpoint!: string | null;

  @Field(() => Int, { description: WITHIN })
  withinMinutes!: number;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'What makes a customer due: one of these is not null.' })
export class SurveyTrigger {
  @Field(() => SignUpAgeTrigger, {
    nullable: true,
    description: 'So many days after sign-up, once.',
  })
  signUpAge!: SignUpAgeTrigger | null;

  @Field(() => LifecycleTrigger, { nullable: true, description: LIFECYCLE })
  lifecycle!: LifecycleTrigger | null;

  @Field(() => EventTrigger, { nullable: true, description: 'After each event of a kind.' })
  event!: EventTrigger | null;

  @Field(() => EventCountTrigger, {
    nullable: true,
    description: 'After the so-manieth event of a kind, once.',
  })
  eventCount!: EventCountTrigger | null;

  @Field(() => InteractionTrigger, { nullable: true, description: INTERACTION })
  interaction!: InteractionTrigger | null;
}

@InputType()
export class SignUpAgeTriggerInput {
  @Field(() => Int, { description: DAYS_AFTER })
  days!: number;
}

@InputType({ description: LIFECYCLE })
export class LifecycleTriggerInput {
  @Field(() => Int, { defaultValue: 7, description: DAYS_AFTER })
  firstAfterDays!: number;

  @Field(() => Int, { defaultValue: 30, description: '1 to 3,650.' })
  thenAfterDays!: number;

  @Field(() => Int, { defaultValue: 90, description: '7 to 3,650.' })
  everyDays!: number;
}

@InputType()
export class EventTriggerInput {
  @Field(() => CustomerEventKind)
  kind!: CustomerEventKind;

  @Field(() => String, { nullable: true, description: NAME })
  name?: string | null;

  @Field(() => String, { nullable: true, description: TOUCHPOINT })
  touchpoint?: string | null;

  @Field(() => Int, { defaultValue: 0, description: DELAY })
  delayMinutes!: number;
}

@InputType()
export class EventCountTriggerInput extends EventTriggerInput {
  @Field(() => Int, { description: 'Which one, 1 to 1,000.' })
  count!: number;
}

@InputType({ description: INTERACTION })
export class InteractionTriggerInput {
  @Field(() => String, { nullable: true, description: 'Only interactions over this channel.' })
  channel?: string | null;

  @Field(() => String, { nullable: true, description: 'Only interactions at this touchpoint.' })
  touchpoint?: string | null;

  @Field(() => Int, { defaultValue: 15, description: WITHIN })
  withinMinutes!: number;
}

@InputType({ description: 'What makes a customer due: give exactly one.' })
export class SurveyTriggerInput {
  @Field(() => SignUpAgeTriggerInput, {
    nullable: true,
    description: 'So many days after sign-up, once.',
  })
  signUpAge?: SignUpAgeTriggerInput | null;

  @Field(() => LifecycleTriggerInput, { nullable: true, description: LIFECYCLE })
  lifecycle?: LifecycleTriggerInput | null;

  @Field(() => EventTriggerInput, {
    nullable: true,
    description: 'After each event of a kind, such as a week after "delivered".',
  })
  event?: EventTriggerInput | null;

  @Field(() => EventCountTriggerInput, {
    nullable: true,
    description: 'After the so-manieth event of a kind, once.',
  })
  eventCount?: EventCountTriggerInput | null;

  @Field(() => InteractionTriggerInput, { nullable: true, description: INTERACTION })
  interaction?: InteractionTriggerInput | null;
}
