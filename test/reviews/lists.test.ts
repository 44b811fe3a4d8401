import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { Random } from '../testkit/random.ts';
import { seedApi } from '../testkit/seed.ts';

let api: TestApi;
/** All reviews, read from the table: what the lists have to agree with. */
let all: Data[];

beforeAll(async () => {
  api = await openTestApi();
  await seedApi(api, { locations: 7, products: 3, reviews: 400 });
  all = await api.db.read(
    api.organizationId,
    `select r.*, l.external_id as location, l.id as location_id from review r
     left join location l on l.organization_id = $1 and l.id = r.location_id where r.organization_id = $1`,
  );
});
afterAll(() => api.close());

const PAGE = `query ($filter: ReviewFilter, $orderBy: ReviewOrder, $first: Int, $after: String, $last: Int, $before: String) {
  reviews(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { externalId } }
    nodes { externalId }
  }
}`;

async function page(variables: object): Promise<Data> {
  return (await api.run(PAGE, variables)).reviews;
}

async function readThrough(
  variables: object,
  backward: boolean,
  random: Random,
): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const size = 1 + random.below(100);
    const reviews: Data = await page(
      backward
        ? { ...variables, last: size, before: cursor }
        : { ...variables, first: size, after: cursor },
    );
    const ids = reviews.nodes.map((node: Data) => node.externalId);
    expect(reviews.edges.map((edge: Data) => edge.node.externalId)).toEqual(ids);
    if (backward) found.unshift(...ids);
    else found.push(...ids);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = reviews.pageInfo;
    if (!(backward ? hasPreviousPage : hasNextPage)) return found;
    cursor = backward ? startCursor : endCursor;
  }
}

const score = (row: Data) => row.score ?? -1;
const byId = (a: Data, b: Data) => (a.id < b.id ? -1 : 1);
const ORDERS: Record<string, (a: Data, b: Data) => number> = {
  OLDEST: (a, b) => a.authored_at - b.authored_at || byId(a, b),
  NEWEST: (a, b) => b.authored_at - a.authored_at || byId(b, a),
  LOWEST_RATING: (a, b) => score(a) - score(b) || byId(a, b),
  HIGHEST_RATING: (a, b) => score(b) - score(a) || byId(b, a),
};

describe('pages', () => {
  for (const [orderBy, compare] of Object.entries(ORDERS)) {
    for (const backward of [false, true]) {
      it(`go through ${orderBy} ${backward ? 'backward' : 'forward'} without gap or repeat`, async () => {
        const random = new Random(7);
        const expected = [...all].sort(compare).map((row) => row.external_id);
        expect(await readThrough({ orderBy }, backward, random)).toEqual(expected);
      });
    }
  }

  it('stay in place when rows come in before them', async () => {
    const first = await page({ orderBy: 'NEWEST', first: 50 });
    await api.run(
      `mutation { importReviews(input: { reviews: [{ source: OTHER, externalId: "late", rating: 5, authoredAt: "2026-01-01T00:00:00Z" }] }) { created } }`,
    );
    const second = await page({ orderBy: 'NEWEST', first: 50, after: first.pageInfo.endCursor });
    const expected = [...all]
      .sort(ORDERS['NEWEST'])
      .slice(50, 100)
      .map((row) => row.external_id);
    expect(second.nodes.map((node: Data) => node.externalId)).toEqual(expected);
    await api.db.unitOfWork(api.organizationId, (uow) =>
      uow.execute("delete from review where external_id = 'late'").then(() => undefined),
    );
  });

  it('refuse what does not fit, and say what does', async () => {
    const cases: [object, RegExp][] = [
      [{ first: 0 }, /from 1 to 100/],
      [{ first: 101 }, /from 1 to 100/],
      [{ last: -5 }, /from 1 to 100/],
      [{ first: 5, last: 5 }, /not both/],
      [{ first: 5, before: 'x' }, /`after` goes with `first`/],
      [{ first: 5, after: 'nonsense' }, /not one of this list/],
      [{ filter: { text: 'x'.repeat(501) } }, /at most 500/],
    ];
    for (const [variables, message] of cases) {
      const { errors } = await api.attempt(PAGE, variables);
      expect(errors[0]?.message).toMatch(message);
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    const { pageInfo } = await page({ orderBy: 'NEWEST', first: 3 });
    const { errors } = await api.attempt(PAGE, {
      orderBy: 'OLDEST',
      first: 3,
      after: pageInfo.endCursor,
    });
    expect(errors[0]?.message).toMatch(/same `orderBy`/);
  });
});

describe('filters', () => {
  const day = (n: number) => new Date(Date.UTC(2025, 0, n));
  const FILTERS: [string, object, (row: Data) => boolean][] = [
    ['sources', { sources: ['YELP', 'GOOGLE'] }, (r) => ['YELP', 'GOOGLE'].includes(r.source)],
    ['no source', { sources: [] }, () => false],
    ['languages', { languages: ['nl'] }, (r) => r.language === 'nl'],
    ['sentiments', { sentiments: ['NEGATIVE'] }, (r) => r.sentiment === 'NEGATIVE'],
    [
      'locations',
      { locationExternalIds: ['loc-1', 'loc-2'] },
      (r) => ['loc-1', 'loc-2'].includes(r.location),
    ],
    ['at most', { ratingAtMost: 2 }, (r) => r.score !== null && r.score <= 0.25],
    ['at least', { ratingAtLeast: 4.5 }, (r) => r.score !== null && r.score >= 0.875],
    ['awaiting', { awaitingResponse: true }, (r) => r.first_response_at === null],
    ['answered', { awaitingResponse: false }, (r) => r.first_response_at !== null],
    [
      'time',
      { authoredAfter: day(10).toISOString(), authoredBefore: day(20).toISOString() },
      (r) => r.authored_at >= day(10) && r.authored_at < day(20),
    ],
    ['text', { text: 'soup' }, (r) => /\bsoup\b/.test(`${r.title ?? ''} ${r.text ?? ''}`)],
    [
      'two words',
      { text: 'waiter -coffee' },
      (r) => /waiter/.test(`${r.title} ${r.text}`) && !/coffee/.test(`${r.title} ${r.text}`),
    ],
    [
      'together',
      { sources: ['GOOGLE'], sentiments: ['NEGATIVE'], awaitingResponse: true },
      (r) => r.source === 'GOOGLE' && r.sentiment === 'NEGATIVE' && r.first_response_at === null,
    ],
  ];
  it.each(FILTERS)('%s', async (_name, filter, matches) => {
    const expected = all
      .filter(matches)
      .map((row) => row.external_id)
      .sort();
    const found = await readThrough({ filter }, false, new Random(3));
    expect([...found].sort()).toEqual(expected);
    expect((await page({ filter, first: 1 })).totalCount).toBe(expected.length);
  });

  it('group: with all groups below', async () => {
    const { locations } = await api.run(
      '{ locations(first: 100) { nodes { externalId group { id name parent { id name } } } } }',
    );
    const region = locations.nodes.find((node: Data) => node.group.name === 'Region 1');
    const inRegion = all.filter((row) => Number(row.location.slice(4)) % 3 === 1).length;
    expect((await page({ filter: { groupIds: [region.group.id] }, first: 1 })).totalCount).toBe(
      inRegion,
    );
    const whole = await page({ filter: { groupIds: [region.group.parent.id] }, first: 1 });
    expect(whole.totalCount).toBe(all.length);
    const filtered = await api.run(
      'query ($ids: [ID!]) { locations(filter: { groupIds: $ids, tags: ["centre"], name: "location" }) { nodes { externalId tags } } }',
      { ids: [region.group.id] },
    );
    for (const node of filtered.locations.nodes) {
      expect(Number(node.externalId.slice(4)) % 3).toBe(1);
      expect(node.tags).toContain('centre');
    }
  });
});

describe('node', () => {
  it('fetches anything by its id, in the order asked, and null for what is not there', async () => {
    const { reviews, locations } = await api.run(
      '{ reviews(first: 2) { nodes { id externalId } } locations(first: 1) { nodes { id externalId } } }',
    );
    const ids = [
      reviews.nodes[1].id,
      'rev_01jx4k5v9re0tbq6x9a3m2f8ch',
      locations.nodes[0].id,
      reviews.nodes[0].id,
    ];
    const { nodes } = await api.run(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Review { externalId } ... on Location { name } } }',
      { ids },
    );
    expect(nodes.map((node: Data) => node?.id ?? null)).toEqual([ids[0], null, ids[2], ids[3]]);
    expect(nodes[0].externalId).toBe(reviews.nodes[1].externalId);
    expect(nodes[2]).toMatchObject({
      __typename: 'Location',
      name: expect.stringMatching(/^Location/),
    });
  });

  it('says what is wrong with an id', async () => {
    const { errors } = await api.attempt('{ review(id: "loc_01jx4k5v9re0tbq6x9a3m2f8ch") { id } }');
    expect(errors[0].message).toMatch(/id of a Location; this takes the id of a Review/);
    const malformed = await api.attempt('{ node(id: "42") { id } }');
    expect(malformed.errors[0].message).toMatch(/is not an id/);
    const both = await api.attempt('{ location { id } }');
    expect(both.errors[0].message).toMatch(/Give one of `id` and `externalId`/);
  });
});

describe('a publishable key', () => {
  it('sees public reviews and published responses alone', async () => {
    const hidden = all[0];
    await api.db.unitOfWork(api.organizationId, (uow) =>
      uow
        .execute('update review set is_public = false where id = $1', [hidden.id])
        .then(() => undefined),
    );
    const { reviews } = await api.run(
      '{ reviews(first: 1, filter: { awaitingResponse: true }) { nodes { id } } }',
    );
    await api.run(
      'mutation ($input: DraftResponseInput!) { draftResponse(input: $input) { userErrors { message } } }',
      {
        input: { reviewId: reviews.nodes[0].id, body: 'A draft.' },
      },
    );
    const storefront = callerOf(api.organizationId, 'STOREFRONT');
    const seen = await api.run(
      'query ($id: ID!) { reviews(first: 1) { totalCount } node(id: $id) { ... on Review { responses { body } } } }',
      { id: reviews.nodes[0].id },
      storefront,
    );
    expect(seen.reviews.totalCount).toBe(all.length - 1);
    expect(seen.node.responses).toEqual([]);
    const asIntegrator = await api.run(
      'query ($id: ID!) { review(id: $id) { responses { body status } } }',
      {
        id: reviews.nodes[0].id,
      },
    );
    expect(asIntegrator.review.responses).toEqual([{ body: 'A draft.', status: 'DRAFT' }]);
  });
});
