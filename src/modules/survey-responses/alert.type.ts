import { Field, ID, InputType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';

@RequiresScope('surveys:read')
@PlainObjectType({
  implements: Node,
  description:
    'That a respondent is so dissatisfied that somebody has to know at once: the score is at most what the survey says, or negative where it says nothing. One for a response; administrators and managers are told by mail, once each.',
})
export class DetractorAlert extends Node {
  @Field(() => DateTime, { description: 'When the response was completed.' })
  raisedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When somebody took it on.' })
  acknowledgedAt!: Date | null;
}

export const DetractorAlertConnection = connectionType(
  'DetractorAlert',
  () => DetractorAlert,
  'surveys:read',
);

@InputType()
export class AcknowledgeAlertInput {
  @Field(() => ID)
  alertId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@PlainObjectType({ description: 'What became of taking on an alert.' })
export class AcknowledgeAlertPayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}
