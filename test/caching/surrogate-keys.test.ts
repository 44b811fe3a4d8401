import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isObjectType } from 'graphql';
import { findByExternalId } from '../../src/modules/external-ids.ts';
import { DEFAULT_DOCUMENT_LIMITS } from '../../src/graphql/admission/limits.ts';
import { createAdmission } from '../../src/graphql/admission/admission.ts';
import { AnswerKeys } from '../../src/http/storefront/answer-keys.ts';
import { NOUN_OF_TYPE } from '../../src/http/storefront/dependencies.ts';
import { feedEventKinds } from '../../src/feed/events.ts';
import { keysOutdatedBy, LIST_CHANGED_BY } from '../../src/graphql/surrogate-keys.ts';
import { callerOf, openTestApi, type TestApi } from '../testkit/api.ts';
import { seedApi } from '../testkit/seed.ts';

/** Root fields whose answers nobody may keep. */
const NEVER_KEPT = ['viewer', 'invitation'];
/** What a token opens, and what comes of a mutation: answers to one person, which nobody keeps. */
const OF_RESPONDENTS = [
  'Invitation',
  'InvitationChoice',
  'InvitationQuestion',
  'InvitationScale',
  'InvitationThankYouPage',
  'Mutation',
  'SubmitSurveyResponsePayload',
  'InvalidValueError',
  'LimitExceededError',
  'RefusedError',
  'RuleViolationError',
  'ThrottledError',
];
/** Types that can be reached only through the viewer. */
const OF_THE_VIEWER = ['Viewer', 'Organization'];

let api: TestApi;
let keysOf: (query: string, variables?: Record<string, unknown>) => Promise<string[] | null>;
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await openTestApi();
  await seedApi(api, { locations: 3, products: 1, reviews: 30 });
  const { locations, products, reviews } = await api.run(
    '{ locations { nodes { id } } products { nodes { id } } reviews { nodes { id responses { id } } } }',
  );
  ids['location'] = locations.nodes[0].id;
  ids['product'] = products.nodes[0].id;
  ids['review'] = reviews.nodes[0].id;
  ids['response'] = reviews.nodes.flatMap(
    ({ responses }: { responses: { id: string }[] }) => responses,
  )[0].id;
  const admission = createAdmission({
    schemas: api.schemas,
    limits: { ...DEFAULT_DOCUMENT_LIMITS, maxCost: 1e9 },
    rateLimit: { points: 1e9, seconds: 1 },
    storefrontIntrospection: true,
    documentCacheBytes: 1e7,
  });
  const keys = new AnswerKeys((...of) => findByExternalId(api.db, ...of));
  const caller = callerOf(api.organizationId, 'STOREFRONT');
  keysOf = async (query, variables = {}) => {
    const found = await keys.of(await admission.admit({ query, variables }, caller));
    return found && found.map((key) => key.replace(/^org_\w{26}/, 'org'));
  };
});

afterAll(async () => {
  await api.close();
});

describe('an answer depends on', () => {
  const cases: [string, string, string[]][] = [
    [
      'a location',
      'location(id: "$location") { name reviewSummary { count } reviews { nodes { text responses { body } location { name } } } }',
      ['$location'],
    ],
    [
      'a location with products',
      'location(id: "$location") { reviews { nodes { product { name } } } }',
      ['products', '$location'],
    ],
    ['a location by its external id', 'location(externalId: "loc-0") { name }', ['loc_0']],
    ['a location that does not exist', 'location(externalId: "nowhere") { name }', ['locations']],
    [
      'other places of the products of a location',
      'location(id: "$location") { reviews { nodes { product { reviews { nodes { location { name } } } } } } }',
      ['products', 'reviews', 'locations', '$location'],
    ],
    [
      'a product',
      'product(id: "$product") { name reviews { nodes { text product { name } } } }',
      ['$product'],
    ],
    [
      'a product with places',
      'product(id: "$product") { reviews { nodes { location { name } } } }',
      ['locations', '$product'],
    ],
    [
      'a product by places',
      'product(id: "$product") { reviews(filter: { locationExternalIds: ["loc-0"] }) { totalCount } }',
      ['locations', '$product'],
    ],
    ['a review', 'review(id: "$review") { text responses { body } }', ['$review']],
    [
      'a review with its location and product',
      'review(id: "$review") { location { name } product { name } }',
      ['locations', 'products', '$review'],
    ],
    ['a response', 'node(id: "$response") { ... on Response { body } }', ['$response']],
    [
      'a response with its review',
      'node(id: "$response") { ... on Response { review { text } } }',
      ['reviews', '$response'],
    ],
    ['several things', 'nodes(ids: ["$location", "$review"]) { id }', ['$location', '$review']],
    ['all locations', 'locations { nodes { name } }', ['locations']],
    [
      'all locations and their reviews',
      'locations { nodes { ...L } } } fragment L on Location { reviews { nodes { text } }',
      ['locations', 'reviews'],
    ],
    ['all reviews', 'reviews { totalCount }', ['reviews']],
    [
      'reviews by places',
      'reviews(filter: { locationExternalIds: ["loc-0"] }) { totalCount }',
      ['reviews', 'locations'],
    ],
    ['all products', 'products { nodes { name } }', ['products']],
    ['nothing', '__typename', []],
  ];
  it.each(cases)('%s', async (_what, selection, expected) => {
    const named = (text: string) =>
      text.replace(/\$(\w+)/g, (_all, name: string) => ids[name] ?? '');
    const { location } = await api.run('{ location(externalId: "loc-0") { id } }');
    const lists = ['locations', 'products', 'reviews'];
    const keys = expected.map((key) =>
      lists.includes(key) ? `org-${key}` : key === 'loc_0' ? location.id : named(key),
    );
    const found = await keysOf(`{ ${named(selection)} }`);
    expect([...(found ?? [])].sort()).toEqual(['org', ...keys].sort());
  });

  it('lists, where it names more things than headers should hold', async () => {
    const { reviews } = await api.run('{ reviews(first: 30) { nodes { id } } }');
    const many = reviews.nodes.map(({ id }: { id: string }) => id);
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Review { text } } }';
    expect(await keysOf(query, { ids: many.slice(0, 20) })).toHaveLength(21);
    expect(await keysOf(query, { ids: many })).toEqual(['org', 'org-reviews']);
  });

  it('nothing that could be told, where it says who asks or what has no public id', async () => {
    expect(await keysOf('{ viewer { audience } }')).toBeNull();
    expect(await keysOf('{ __schema { queryType { name } } }')).toBeNull();
    expect(await keysOf('{ node(id: "key_01m80cqrasen9vvyafstntfdn6") { id } }')).toBeNull();
    expect(await keysOf('{ location(id: "a\\r\\nb") @skip(if: true) { name } }')).toBeNull();
  });
});

it('each kind of event says which list it changes, or that it changes none', () => {
  expect(Object.keys(LIST_CHANGED_BY).sort()).toEqual([...feedEventKinds].sort());
});

it('a kind of event that is not known changes everything', () => {
  const [key, ...others] = keysOutdatedBy(api.organizationId, { kind: 'CASE_CLOSED' });
  expect(key).toMatch(/^org_\w{26}$/);
  expect(others).toEqual([]);
});

describe('the storefront schema', () => {
  it('has no root field of which it is not known what it depends on', async () => {
    const fields = api.schemas.storefront.getQueryType()?.getFields() ?? {};
    for (const name of Object.keys(fields)) {
      const id = ids[name === 'product' ? 'product' : name === 'review' ? 'review' : 'location'];
      const takes = fields[name]?.args.map((each) => each.name) ?? [];
      const given = takes.includes('id')
        ? `(id: "${id}")`
        : takes.includes('ids')
          ? `(ids: ["${id}"])`
          : takes.includes('token')
            ? '(token: "inv_0")'
            : '';
      const selection = `{ ${name}${given} { __typename } }`;
      if (NEVER_KEPT.includes(name)) expect(await keysOf(selection)).toBeNull();
      else expect(await keysOf(selection)).toEqual(expect.arrayContaining(['org']));
    }
  });

  it('has no type of which it is not known what changes it', () => {
    const known = [...Object.keys(NOUN_OF_TYPE), ...OF_THE_VIEWER, ...OF_RESPONDENTS, 'Query'];
    const types = Object.values(api.schemas.storefront.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
      .map(({ name }) => name);
    expect(types.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('shows nothing that depends on the time of the question', () => {
    // The one field that does is for those who answer reviews: see review.reads.ts.
    const review = api.schemas.storefront.getType('Review');
    const fields = isObjectType(review) ? Object.keys(review.getFields()) : [];
    expect(fields).toContain('sentiment');
    expect(fields).not.toContain('slaState');
    expect(fields).not.toContain('responseDueAt');
  });
});
