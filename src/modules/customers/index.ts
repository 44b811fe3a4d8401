/** What other modules may use of customers. */
export { type Consent, ContactChannel, mayContact } from './consent.ts';
export { setConsent } from './consent.writes.ts';
export { customerNoun, customersByExternalId, type KnownCustomer } from './customer.reads.ts';
export { recordFeedback } from './feedback.ts';
export { NpsSegment } from './nps-segment.ts';
