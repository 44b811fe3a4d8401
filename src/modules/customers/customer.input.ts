import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../graphql/scalars.ts';
import type { CUSTOMER_ORDERS } from './customer-orders.ts';

export const CustomerOrder = {
  NEWEST: 'NEWEST',
  OLDEST: 'OLDEST',
  NAME: 'NAME',
  NAME_DESC: 'NAME_DESC',
} as const satisfies Record<keyof typeof CUSTOMER_ORDERS, string>;
export type CustomerOrder = keyof typeof CustomerOrder;

registerEnumType(CustomerOrder, {
  name: 'CustomerOrder',
  valuesConfig: {
    NEWEST: { description: 'The latest created here first; the default.' },
    OLDEST: { description: 'The earliest created here first.' },
    NAME: { description: 'By name, from A; those without a name first.' },
    NAME_DESC: { description: 'By name, from Z; those without a name last.' },
  },
});

export const CustomerSegment = {
  PROMOTER: 'PROMOTER',
  PASSIVE: 'PASSIVE',
  DETRACTOR: 'DETRACTOR',
  AT_RISK: 'AT_RISK',
  ADVOCATE: 'ADVOCATE',
  SILENT_CHURN: 'SILENT_CHURN',
} as const;
export type CustomerSegment = keyof typeof CustomerSegment;

registerEnumType(CustomerSegment, {
  name: 'CustomerSegment',
  description: 'What customers have in common by what they answered. A customer can be in several.',
  valuesConfig: {
    PROMOTER: { description: 'The latest NPS answer is 9 or 10.' },
    PASSIVE: { description: 'The latest NPS answer is 7 or 8.' },
    DETRACTOR: { description: 'The latest NPS answer is 0 to 6.' },
    AT_RISK: {
      description:
        'The three latest CSAT answers are negative, and the latest NPS answer is a detractor.',
    },
    ADVOCATE: {
      description: 'The latest CSAT answer is positive, and the latest NPS answer a promoter.',
    },
    SILENT_CHURN: { description: 'Churned, without ever having completed a survey.' },
  },
});

@InputType({ description: 'Conditions that hold together; an empty list matches nothing.' })
export class CustomerFilter {
  @Field(() => [CustomerSegment], { nullable: true, description: 'In any of these.' })
  segments?: CustomerSegment[] | null;

  @Field(() => [ID], { nullable: true })
  ids?: string[] | null;

  @Field(() => [String], { nullable: true })
  externalIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'The whole address, whatever the case.' })
  email?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Signed up at this time or later.' })
  signedUpAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Signed up before this time.' })
  signedUpBefore?: Date | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the customer has left.' })
  churned?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Words that name, address and external id begin words with, all of them: "ann exam" finds Ann Lee, ann@example.org. At most 200 characters.',
  })
  text?: string | null;
}
