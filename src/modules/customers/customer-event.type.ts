import { Field, Int } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { ImportOutcome, type ImportResult, type RowResult } from '../../graphql/import-rows.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError, type UserErrorData } from '../../graphql/user-error.ts';
import { CustomerEventKind } from './customer-event-kind.ts';

@RequiresScope('customers:read')
@PlainObjectType({
  implements: Node,
  description: 'Something that happened between a customer and the business.',
})
export class CustomerEvent extends Node {
  @Field(() => CustomerEventKind)
  kind!: CustomerEventKind;

  @Field(() => String, { nullable: true, description: 'Which one of its kind.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it happened, such as "phone".' })
  channel!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The stage of the customer\'s journey, such as "delivery".',
  })
  touchpoint!: string | null;

  @Field(() => String, { nullable: true, description: "The organization's own key for it." })
  externalId!: string | null;

  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it came here.' })
  receivedAt!: Date;
}

export const CustomerEventConnection = connectionType(
  'CustomerEvent',
  () => CustomerEvent,
  'customers:read',
);

@PlainObjectType({ description: 'What became of an event.' })
export class RecordEventPayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'What became of one event of several.' })
export class RecordEventResult implements RowResult {
  @Field(() => Int, { description: "The event's place in the input, from 0." })
  index!: number;

  @Field(() => ImportOutcome, {
    description: 'UNCHANGED: its external id was known, and nothing was done. Never UPDATED.',
  })
  outcome!: ImportOutcome;

  @Field(() => [UserError])
  userErrors!: readonly UserErrorData[];

  // No field: what the resolver reads the event by.
  key!: string | null;
}

@PlainObjectType({ description: 'What became of several events.' })
export class RecordEventsPayload implements Omit<ImportResult, 'updated'> {
  @Field(() => Int)
  created!: number;

  @Field(() => Int, { description: 'Known already, by their external ids.' })
  unchanged!: number;

  @Field(() => Int)
  rejected!: number;

  @Field(() => [RecordEventResult], {
    description: 'One for each event, in the order of the input.',
  })
  results!: readonly RowResult[];

  @Field(() => [UserError], {
    description: 'Why the call as a whole was refused; nothing is written then.',
  })
  userErrors!: readonly UserErrorData[];
}
