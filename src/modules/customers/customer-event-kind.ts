import { registerEnumType } from 'type-graphql';

export const CustomerEventKind = {
  SIGN_UP: 'SIGN_UP',
  PURCHASE: 'PURCHASE',
  ONBOARDED: 'ONBOARDED',
  KEY_ACTION: 'KEY_ACTION',
  INTERACTION: 'INTERACTION',
  CHURN: 'CHURN',
} as const;
export type CustomerEventKind = keyof typeof CustomerEventKind;

registerEnumType(CustomerEventKind, {
  name: 'CustomerEventKind',
  description: 'What happened between a customer and the business.',
  valuesConfig: {
    SIGN_UP: {
      description:
        'The customer became one. Sets `signedUpAt` where it is not known, and ends a churn before it.',
    },
    PURCHASE: { description: 'The customer bought something. Ends a churn before it.' },
    ONBOARDED: { description: 'The customer can use what was bought.' },
    KEY_ACTION: { description: 'The customer did what `name` says, such as "first report".' },
    INTERACTION: {
      description: 'The customer was in touch: a call, a visit, a delivery; `channel` says where.',
    },
    CHURN: { description: 'The customer left. Sets `churnedAt`.' },
  },
});
