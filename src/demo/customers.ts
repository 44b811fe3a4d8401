import { PHRASES } from './phrases/languages.ts';
import type { Language } from './phrases/languages.ts';
import { Random } from './random.ts';

/** A row of the mutation `importCustomers`. */
export interface DemoCustomer {
  readonly externalId: string;
  readonly name: string;
  readonly email: string;
  readonly locale: Language;
  readonly timeZone: string;
  readonly signedUpAt: string;
  readonly churnedAt?: string;
}

/** What a customer answers to the survey of the demo. */
export interface DemoAnswer {
  readonly customerExternalId: string;
  readonly recommend: number;
  readonly topic: 'service' | 'quality' | 'price';
}

const CUSTOMERS = 60;
/** The others do not answer, as most do not. */
const ANSWERING = 0.6;
const CHURNED = 0.1;
/** Of 0 to 10: an NPS of some 20. */
const SCORES = [1, 1, 1, 2, 2, 4, 6, 12, 18, 24, 20];
const DAYS = 400;
const DAY_MS = 24 * 60 * 60 * 1000;
const HOMES: readonly (readonly [Language, string])[] = [
  ['nl', 'Europe/Amsterdam'],
  ['en', 'Europe/London'],
  ['de', 'Europe/Berlin'],
  ['en', 'America/New_York'],
];

/** The same time gives the same customers; a random series of their own leaves the reviews as they are. */
export function demoCustomers(now: Date): {
  readonly customers: readonly DemoCustomer[];
  readonly answers: readonly DemoAnswer[];
} {
  const random = new Random('customers');
  const customers = Array.from({ length: CUSTOMERS }, (_, at) => makeCustomer(random, at + 1, now));
  const answers = customers
    .filter(({ churnedAt }) => churnedAt === undefined && random.chance(ANSWERING))
    .map(({ externalId }): DemoAnswer => ({
      customerExternalId: externalId,
      recommend: random.weighted(SCORES),
      topic: random.pick(['service', 'quality', 'price']),
    }));
  return { customers, answers };
}

function makeCustomer(random: Random, number: number, now: Date): DemoCustomer {
  const [locale, timeZone] = random.pick(HOMES);
  const days = 10 + random.below(DAYS);
  const daysAgo = (count: number) => new Date(now.getTime() - count * DAY_MS).toISOString();
  return {
    externalId: `customer-${String(number).padStart(3, '0')}`,
    name: random.pick(PHRASES[locale].names),
    // A domain that is kept for examples (RFC 2606): nobody's mail.
    email: `customer-${number}@example.com`,
    locale,
    timeZone,
    signedUpAt: daysAgo(days),
    ...(random.chance(CHURNED) && { churnedAt: daysAgo(random.below(days)) }),
  };
}
