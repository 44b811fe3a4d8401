import { Field, Int, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import { ContactChannel } from '../customers/index.ts';
import { InvitationReason, InvitationState, InvitationTarget } from './invitation-enums.ts';

registerEnumType(InvitationTarget, {
  name: 'InvitationTarget',
  description: 'What somebody is asked for.',
  valuesConfig: {
    SURVEY: { description: 'To answer a survey, in private.' },
    REVIEW: {
      description:
        'To write a public review. Every customer is asked alike, whatever they think (16 CFR Part 465).',
    },
  },
});
registerEnumType(InvitationState, {
  name: 'SurveyInvitationState',
  description: 'How far an invitation has come.',
  valuesConfig: {
    SCHEDULED: { description: 'It is due, or will be; `reason` and `retryAt` say why it waits.' },
    SENDING: { description: 'A process of the server is sending it.' },
    SENT: {
      description: 'The mail server or the webhook has taken it over, or the link was given.',
    },
    ANSWERED: {
      description: 'The survey was answered, or the review written: no reminder follows.',
    },
    SKIPPED: { description: 'It was not sent, and will not be; `reason` says why.' },
    FAILED: { description: 'It could not be delivered; `reason` says why.' },
    REVOKED: { description: 'Somebody took it back: it cannot be answered any more.' },
  },
});
registerEnumType(InvitationReason, {
  name: 'SurveyInvitationReason',
  description: 'Why an invitation waits, or was not sent.',
  valuesConfig: {
    QUIET_PERIOD: { description: 'The customer was invited to something a short time ago.' },
    OUTSIDE_HOURS: { description: 'It is night, or too early or late, where the customer is.' },
    NO_CONSENT: { description: 'The customer has not agreed to be written to over the channel.' },
    NO_ADDRESS: { description: 'There is no address for the channel.' },
    CHURNED: { description: 'The customer has left.' },
    SURVEY_CLOSED: { description: 'The survey is not published, or has ended.' },
    NOT_CONFIGURED: {
      description:
        'The channel is not set up: no mail server or sender, no webhook, or nowhere to write the review.',
    },
    TOO_LATE: { description: 'The time within which it was worth asking has passed.' },
    UNDELIVERED: { description: 'The receiver could not be reached, again and again.' },
    REJECTED: { description: 'The receiver refused it for good, such as an unknown address.' },
  },
});

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'Something that is kept on the answer, such as a campaign.' })
export class InvitationParam {
  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'As it was given.' })
  value!: string;
}

@RequiresScope('surveys:read')
@PlainObjectType({
  implements: Node,
  description:
    'One survey or review request to one customer over one channel; without a customer, a link that anybody may follow.',
})
export class SurveyInvitation extends Node {
  @Field(() => InvitationTarget, { description: 'What it asks for.' })
  target!: InvitationTarget;

  @Field(() => ContactChannel, { description: 'Over which it goes.' })
  channel!: ContactChannel;

  @Field(() => InvitationState)
  state!: InvitationState;

  @Field(() => InvitationReason, {
    nullable: true,
    description: 'Null where nothing is in the way.',
  })
  reason!: InvitationReason | null;

  @Field(() => DateTime, { description: 'When what it asks about called for it.' })
  dueAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'While it waits: not before then. Of a skipped one: when another one may be sent at the earliest.',
  })
  retryAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'It is not sent after that.' })
  sendBy!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When a process took it to send it.' })
  sentAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the first answer came. That somebody only looked is not known: programs that look through mail do so, too.',
  })
  openedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the survey was answered whole, or the review confirmed.',
  })
  answeredAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'From then on no answer is taken.' })
  expiresAt!: Date | null;

  @Field(() => Int, { description: 'How many reminders have gone out.' })
  remindersSent!: number;

  @Field(() => DateTime, { nullable: true, description: 'Null: none follows.' })
  nextReminderAt!: Date | null;

  @Field(() => String, { description: 'BCP 47: in which language it is written.' })
  locale!: string;

  @Field(() => String, { nullable: true, description: 'What it asks about, such as "checkout".' })
  touchpoint!: string | null;

  @Field(() => [InvitationParam], { description: 'Kept on the answer.' })
  params!: InvitationParam[];

  @Field(() => DateTime)
  createdAt!: Date;
}

export const SurveyInvitationConnection = connectionType(
  'SurveyInvitation',
  () => SurveyInvitation,
  'surveys:read',
);

@PlainObjectType({ description: 'An invitation, or why there is none.' })
export class InvitationPayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'An invitation with its link, or why there is none.' })
export class InvitationLinkPayload {
  @RequiresScope('surveys:write')
  @Field(() => String, {
    nullable: true,
    description:
      'Where it is answered, or the review is written. Whoever has it may answer: it is no secret to log. Null where it was refused.',
  })
  link!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}
