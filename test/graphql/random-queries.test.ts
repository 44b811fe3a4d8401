import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { callerOf, openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { Random } from '../testkit/random.ts';
import { randomQuery } from '../testkit/random-query.ts';
import { seedApi } from '../testkit/seed.ts';

/** More in a long run: `RANDOM_QUERIES=20000 RANDOM_SEED=7 npm test -- random-queries`. */
const COUNT = Number(process.env['RANDOM_QUERIES'] ?? 500);
const SEED = Number(process.env['RANDOM_SEED'] ?? 1);

let api: TestApi;
let known: Known;

interface Known {
  readonly ids: readonly string[];
  readonly cursors: Record<string, string[]>;
}

beforeAll(async () => {
  api = await openTestApi();
  // Texts of characters of one to four bytes, some of which JSON escapes.
  await seedApi(api, { locations: 12, products: 4, reviews: 300, marker: 'Zoë’s "😀"' });
  await editSome();
  known = await whatThereIs();
});
afterAll(() => api.close());

/** Reviews with earlier versions, without a location, and hidden ones. */
async function editSome(): Promise<void> {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    source: 'GOOGLE',
    externalId: `edited-${i}`,
    locationExternalId: i % 4 === 0 ? null : `loc-${i % 12}`,
    rating: 1 + (i % 5),
    authoredAt: '2025-02-03T04:05:06.700Z',
  }));
  const run = (reviews: object[]) =>
    api.run(
      `mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { rejected } }`,
      { input: { reviews } },
    );
  await run(rows.map((row) => ({ ...row, text: 'before “😀”' })));
  await run(
    rows.map((row, i) => ({ ...row, text: i % 3 === 0 ? 'before “😀”' : 'after "that" \\ é \n' })),
  );
  await api.db.unitOfWork(api.organizationId, (uow) =>
    uow.execute(
      `update review set is_public = false where organization_id = $1 and external_id like '%7'`,
      [api.organizationId],
    ),
  );
}

async function whatThereIs(): Promise<Known> {
  const answer = await api.run(`{
    reviews(first: 30) { edges { cursor node { id responses { id } } } }
    byRating: reviews(first: 20, orderBy: HIGHEST_RATING) { edges { cursor } }
    locations(first: 12) { edges { cursor node { id group { id } } } }
    products(first: 4) { edges { cursor node { id } } }
  }`);
  const cursorsOf = ({ edges }: { edges: { cursor: string }[] }) =>
    edges.map((edge) => edge.cursor);
  const ids = JSON.stringify(answer).match(/(?:rev|loc|prd|rsp|grp)_[0-9a-z]{26}/g) ?? [];
  return {
    ids: [...ids, 'rev_01jx4k5v9re0tbq6x9a3m2f8ch', 'nonsense'],
    cursors: {
      reviews: [...cursorsOf(answer.reviews), ...cursorsOf(answer.byRating)],
      locations: cursorsOf(answer.locations),
      products: cursorsOf(answer.products),
    },
  };
}

function scalarValue(random: Random, schema: GraphQLSchema) {
  const words = ['soup', 'Location 00', 'loc-3', 'product-1', 'centre', 'en', 'review-7', '%', ''];
  return (name: string, type: string, path: readonly string[]): unknown => {
    if (type.startsWith('Metric') || type === 'RollingRange') return metricInput(random, type);
    if (type === 'Date') return dayIn(random);
    if (name === 'id' || name === 'ids' || name.endsWith('Ids')) {
      if (name.endsWith('ExternalIds')) return `loc-${random.below(14)}`;
      const prefix = prefixOf(name, path);
      const fitting = known.ids.filter((id) => id.startsWith(prefix));
      // Now and then an id of another type, which is refused.
      return random.pick(random.chance(0.95) ? fitting : known.ids);
    }
    if (name === 'after' || name === 'before') {
      const cursors = known.cursors[path.at(-2) ?? ''] ?? known.cursors['reviews'];
      return random.chance(0.95) ? random.pick(cursors ?? []) : 'bm9uc2Vuc2U';
    }
    if (name === 'externalId') return random.pick(['loc-1', 'product-2', 'none']);
    if (type === 'Int') return random.chance(0.97) ? 1 + random.below(6) : random.below(3) * 101;
    if (type === 'Float') return random.below(11) / 2;
    if (type === 'Boolean') return random.chance(0.5);
    if (type === 'DateTime') return `2025-0${1 + random.below(3)}-10T00:00:00.000Z`;
    if (schema.getType(type)?.name === 'Locale') return random.pick(['en', 'nl', 'ja']);
    return type === 'String' || type === 'ID' ? random.pick(words) : undefined;
  };
}

const dayIn = (random: Random) => `2025-0${1 + random.below(3)}-1${random.below(10)}`;

/** Mostly what can be answered, and of few buckets: each value may have reviews below it. */
function metricInput(random: Random, type: string): unknown {
  const count = 1 + random.below(3);
  if (type === 'RollingRange') return { count, unit: random.pick(['DAY', 'WEEK']) };
  if (type !== 'MetricQuery' || random.chance(0.2)) return undefined;
  const from = dayIn(random);
  const to = `${from.slice(0, 9)}9`;
  return {
    measures: random.pick([
      ['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE'],
      ['RESPONSE_SLA_HIT_RATE'],
      ['REPUTATION_SCORE', 'RESPONSE_TIME_P90'],
    ]),
    range: random.pick([
      { from, to },
      { from: '2025-01-01', to: '2025-02-28' },
    ]),
    dimensions: random.pick([[], [], ['LOCATION'], ['GROUP'], ['SOURCE', 'SENTIMENT']]),
    granularity: random.pick([null, null, 'WEEK', 'MONTH']),
    compare: random.chance(0.3),
    ...(random.chance(0.3) && { filter: { sources: ['GOOGLE', 'YELP'] } }),
  };
}

function prefixOf(name: string, path: readonly string[]): string {
  if (name === 'groupIds') return 'grp_';
  if (name === 'locationIds' || path.includes('LocationFilter')) return 'loc_';
  const field = path.at(-2) ?? '';
  return { review: 'rev_', location: 'loc_', product: 'prd_' }[field] ?? '';
}

describe.each(['STOREFRONT', 'INTEGRATOR', 'MEMBER'] as const)(
  'random queries of %s',
  (audience) => {
    it(
      'are answered alike by planner, graphql-jit and graphql-js',
      async () => {
        const caller = callerOf(api.organizationId, audience);
        const schema = audience === 'STOREFRONT' ? api.schemas.storefront : api.schemas.full;
        const refusals: unknown[] = [];
        const before = api.answered.get('planner') ?? 0;
        const count = Math.ceil(COUNT / 3);
        for (let i = 0; i < count; i++) {
          const random = new Random(SEED * 1_000_003 + i);
          const values = scalarValue(random, schema);
          const { text, ...asked } = randomQuery(schema, random, values, PLANNED);
          const ask = async (variables: Record<string, unknown>) => {
            const { errors } = await api.attempt(text, variables, caller);
            for (const error of errors) {
              const code = error.extensions?.code ?? error.message;
              if (!EXPECTED.test(code)) refusals.push([text, variables, error.message]);
            }
          };
          const { variables, otherVariables } = asked;
          await ask(variables);
          // The first values once more: what is kept of them has to be right still. Those who ask at
          // once are answered together, where there are several connections.
          const atOnce = onPostgres ? [variables, otherVariables, variables] : [variables];
          await Promise.all([otherVariables, ...atOnce].map(ask));
        }
        expect(refusals).toEqual([]);
        // The others ask for something of the resolvers' own, or their arguments are wrong.
        expect((api.answered.get('planner') ?? 0) - before).toBeGreaterThan(count * 1.2);
      },
      60_000 + COUNT * 200,
    );
  },
);

/** The fields of Query that the planner knows. */
const PLANNED = [
  'location',
  'locations',
  'measures',
  'metrics',
  'product',
  'products',
  'review',
  'reviews',
];

/** What a valid document with random arguments may be told. */
const EXPECTED = /^(BAD_USER_INPUT|TOO_MANY_ALIASES|DOCUMENT_TOO_\w+)$/;
