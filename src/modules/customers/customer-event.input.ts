import { Field, ID, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { ImportRows } from '../../graphql/input-bounds.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { CustomerEventKind } from './customer-event-kind.ts';

@InputType({
  description:
    'Something that happened between a customer and the business, by `customerId` or `customerExternalId`.',
})
export class CustomerEventInput {
  @Field(() => ID, { nullable: true })
  customerId?: string | null;

  @Field(() => String, { nullable: true })
  customerExternalId?: string | null;

  @Field(() => CustomerEventKind)
  kind!: CustomerEventKind;

  @Field(() => String, {
    nullable: true,
    description: 'Which one of its kind, such as "first report"; at most 200 characters.',
  })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it happened, such as "phone" or "shop"; at most 100 characters.',
  })
  channel?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The stage of the customer\'s journey, such as "delivery"; at most 100 characters.',
  })
  touchpoint?: string | null;

  @Field(() => String, { nullable: true, description: 'The location where it happened.' })
  locationExternalId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Default: now. At most a day ahead.' })
  occurredAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own key for it: the same again is known, and does nothing. At most 200 characters.',
  })
  externalId?: string | null;
}

@InputType()
export class RecordEventInput extends CustomerEventInput {
  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
export class RecordEventsInput {
  @ImportRows()
  @Field(() => [CustomerEventInput], { description: 'At most 1,000 a call.' })
  events!: CustomerEventInput[];

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Says what would happen, and changes nothing.',
  })
  dryRun?: boolean | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
