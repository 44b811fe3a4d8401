import { Field, ID, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime, Locale, TimeZone } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import { ContactChannel } from './consent.ts';
import { NpsSegment } from './nps-segment.ts';

export const CustomerRisk = { NONE: 'NONE', AT_RISK: 'AT_RISK' } as const;
export type CustomerRisk = keyof typeof CustomerRisk;

registerEnumType(CustomerRisk, {
  name: 'CustomerRisk',
  description: 'Whether the answers of a customer say that the customer may leave.',
  valuesConfig: {
    NONE: { description: 'They do not, or there are too few.' },
    AT_RISK: {
      description:
        'The three latest CSAT answers are negative, without another one between, and the latest NPS answer is a detractor.',
    },
  },
});

@RequiresScope('customers:read')
@PlainObjectType({ description: 'What a customer has said about being asked over a channel.' })
export class CustomerConsent {
  @Field(() => ContactChannel, { description: 'Over what.' })
  channel!: ContactChannel;

  @Field(() => Boolean, { description: 'false: refused.' })
  granted!: boolean;

  @Field(() => String, { nullable: true, description: 'Where it was said.' })
  source!: string | null;

  @Field(() => DateTime, { description: 'When it was said, or came here.' })
  changedAt!: Date;
}

@RequiresScope('customers:read')
@PlainObjectType({
  implements: Node,
  description:
    'A known person. Contact data and what follows from private answers: never in the storefront graph.',
})
export class Customer extends Node {
  @Field(() => String, {
    description: "The organization's own key for the customer; unique in the organization.",
  })
  externalId!: string;

  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => String, { nullable: true })
  email!: string | null;

  @Field(() => String, { nullable: true, description: 'As it was given.' })
  phone!: string | null;

  @Field(() => Locale, { description: 'The language in which the customer is asked.' })
  locale!: string;

  @Field(() => TimeZone, { description: "Where the customer's hours are told." })
  timeZone!: string;

  @Field(() => DateTime, { nullable: true, description: 'As imported, or of the first SIGN_UP.' })
  signedUpAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'As imported, or of the first CHURN since the latest SIGN_UP or PURCHASE; null for a customer who is one.',
  })
  churnedAt!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When what is told of the customer last changed here.' })
  updatedAt!: Date;

  @Field(() => CustomerRisk, { description: 'Follows from the completed answers.' })
  risk!: CustomerRisk;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The time of the answer that the risk began with; null without risk.',
  })
  atRiskSince!: Date | null;

  @Field(() => Boolean, {
    description: 'Whether the latest CSAT answer is positive and the latest NPS answer a promoter.',
  })
  advocate!: boolean;

  @Field(() => NpsSegment, {
    nullable: true,
    description: 'Of the latest NPS answer; null without one.',
  })
  npsSegment!: NpsSegment | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a survey was last completed; null: never.',
  })
  lastFeedbackAt!: Date | null;
}

export const CustomerConnection = connectionType('Customer', () => Customer, 'customers:read');

@PlainObjectType({ description: 'What became of a mutation on a customer.' })
export class CustomerPayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'Who was erased, or why nobody was.' })
export class EraseCustomerPayload {
  @Field(() => ID, { nullable: true, description: 'Null where the call was refused.' })
  erasedCustomerId!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused; nothing is erased then.' })
  userErrors!: UserError[];
}
