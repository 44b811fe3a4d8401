/** What other modules may use of customers. */
export { type Consent, ContactChannel, mayContact } from './consent.ts';
export { setConsent } from './consent.writes.ts';
export { customerEventNoun } from './customer-event.reads.ts';
export { CustomerEventKind } from './customer-event-kind.ts';
export { customerNoun, customersByExternalId, type KnownCustomer } from './customer.reads.ts';
export { CustomerSegment } from './customer.input.ts';
export { Customer } from './customer.type.ts';
export { lockCustomer, type NamedCustomer } from './find-customer.ts';
export { recordFeedback } from './feedback.ts';
export { NpsSegment } from './nps-segment.ts';
