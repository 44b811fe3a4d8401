import type { Data } from '../testkit/api.ts';

type Run = (source: string, variables?: object) => Promise<Data>;

export const LOCATIONS = 20;
const ROWS_A_CALL = 1_000;
const NEWEST = Date.UTC(2026, 0, 1);
/** However many there are, they are of these days: what is told by the day does not grow with them. */
const TIME = 60 * 86_400_000;
const GOLDEN_RATIO = 0.618_033_988_749_895;
const SENTENCES = [
  'The coffee was hot and the staff remembered my name.',
  'We waited forty minutes although we had booked a table.',
  'Everything was exactly as shown in the pictures.',
];

/** An organization of which each row depends on its number alone, without two reviews of one moment. */
export async function addPlaces(run: Run): Promise<void> {
  const locations = Array.from({ length: LOCATIONS }, (_, n) => ({
    externalId: `place-${n}`,
    name: `Place ${String(n).padStart(2, '0')}`,
    timeZone: 'Europe/Amsterdam',
    groupPath: ['Brand'],
    address: { street: `Street ${n}`, postalCode: '1012 JS', city: 'Amsterdam', country: 'NL' },
  }));
  const products = Array.from({ length: 5 }, (_, n) => ({
    externalId: `thing-${n}`,
    name: `Thing ${n}`,
  }));
  await run(
    'mutation ($input: ImportLocationsInput!) { importLocations(input: $input) { created } }',
    { input: { locations } },
  );
  await run(
    'mutation ($input: ImportProductsInput!) { importProducts(input: $input) { created } }',
    { input: { products } },
  );
}

/** The n-th review: a third has a response, a fifth is negative. */
export function reviewRow(n: number) {
  // Multiples of the golden ratio lie evenly, and no two of them meet.
  const authoredAt = new Date(NEWEST - Math.floor(((n * GOLDEN_RATIO) % 1) * TIME)).toISOString();
  return {
    source: 'GOOGLE',
    externalId: `review-${String(n).padStart(6, '0')}`,
    locationExternalId: `place-${n % LOCATIONS}`,
    ...(n % 4 === 0 && { productExternalId: `thing-${n % 5}` }),
    rating: [5, 4, 1, 3, 5][n % 5],
    title: n % 3 === 0 ? 'A visit' : null,
    text: SENTENCES[n % 3],
    language: 'en',
    authorName: `Guest ${n % 10}`,
    authoredAt,
    ...(n % 3 === 1 && { response: { body: 'Thank you for coming.', publishedAt: authoredAt } }),
  };
}

/** Adds the reviews of these numbers. */
export async function addReviews(run: Run, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += ROWS_A_CALL) {
    const length = Math.min(ROWS_A_CALL, to - n);
    const reviews = Array.from({ length }, (_, i) => reviewRow(n + i));
    const { importReviews } = await run(
      'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { created } }',
      { input: { reviews } },
    );
    if (importReviews.created !== length) throw new Error('some reviews were not created');
  }
}

/** What the operations are asked with. */
export interface World {
  readonly locationIds: readonly string[];
  /** Answered. */
  readonly reviewId: string;
  /** Without a response; each is taken once. */
  takeAwaiting(): string;
  /** Each is taken once. */
  takeKey(): string;
  /** A new number with each call. */
  next(): number;
  /** Of a public link: each who answers by it begins an own response. */
  readonly surveyToken: string;
  /** A place in the middle of the inbox. */
  readonly inboxCursor: string;
}

const KEYS = 80;
const AWAITING = 200;

export async function lookAround(run: Run): Promise<World> {
  const { locations, answered, inbox } = await run(`{
    locations(first: ${LOCATIONS}) { nodes { id } }
    answered: reviews(first: 1, filter: { awaitingResponse: false }) { nodes { id } }
    inbox: reviews(first: 10, filter: { awaitingResponse: true, sentiments: [NEGATIVE] }) { pageInfo { endCursor } }
  }`);
  const awaiting: string[] = [];
  for (let after: string | null = null; awaiting.length < AWAITING;) {
    const page: Data = await run(
      `query ($after: String) {
        reviews(first: 100, after: $after, filter: { awaitingResponse: true, sentiments: [POSITIVE, NEUTRAL] }) {
          nodes { id } pageInfo { endCursor }
        }
      }`,
      { after },
    );
    awaiting.push(...page.reviews.nodes.map(({ id }: { id: string }) => id));
    after = page.reviews.pageInfo.endCursor as string;
  }
  const keys: string[] = [];
  for (let n = 0; n < KEYS; n++) {
    const made = await run(
      `mutation { createApiKey(input: { kind: SECRET, name: "Key", scopes: ["reviews:read"] }) { apiKey { id } } }`,
    );
    keys.push(made.createApiKey.apiKey.id);
  }
  let number = 0;
  return {
    locationIds: locations.nodes.map(({ id }: { id: string }) => id),
    reviewId: answered.nodes[0].id,
    inboxCursor: inbox.pageInfo.endCursor,
    surveyToken: await publicToken(run),
    takeAwaiting: () => taken(awaiting),
    takeKey: () => taken(keys),
    next: () => (number += 1),
  };
}

const say = (text: string) => [{ locale: 'en', text }];

/** A survey that anybody may answer: a score, and why. */
async function publicToken(run: Run): Promise<string> {
  const recommend = { key: 'recommend', kind: 'SCALE', scale: 'NPS_10', required: true };
  const definition = {
    defaultLocale: 'en',
    locales: ['en'],
    questions: [
      { ...recommend, text: say('How likely are you to recommend us?') },
      { key: 'why', kind: 'TEXT', text: say('What makes you say so?') },
    ],
    thankYouPages: [{ key: 'thanks', title: say('Thank you!'), body: say('Come back soon.') }],
  };
  const survey = { key: 'visit', name: 'Your visit', kind: 'NPS', anonymous: true, definition };
  const made = await run(
    `mutation ($input: CreateSurveyInput!) { createSurvey(input: $input) { survey { id } } }`,
    { input: survey },
  );
  const { createSurveyLink } = await run(
    `mutation ($id: ID!) {
      publishSurvey(input: { id: $id }) { userErrors { message } }
      createSurveyLink(input: { surveyKey: "visit" }) { link }
    }`,
    { id: made.createSurvey.survey.id },
  );
  return createSurveyLink.link.split('/').at(-1);
}

function taken(from: string[]): string {
  const one = from.pop();
  if (one === undefined) throw new Error('more operations than there are rows for them');
  return one;
}
