import {
  INBOX,
  METRIC_VIEW,
  NESTED_LIST,
  STOREFRONT_PAGE,
} from '../../bench/contenders/antiphon.documents.ts';
import * as internal from '../../clients/internal/src/index.ts';
import * as storefront from '../../clients/storefront/src/index.ts';
import { requestsOf } from './requests-of.ts';
import type { World } from './world.ts';

/** What servers are asked all day. */
export interface HotOperation {
  readonly name: string;
  readonly document: string;
  readonly key: 'storefront' | 'integrator';
  readonly isQuery: boolean;
  /** A mutation gets other ones each time. */
  readonly variables: (world: World) => object;
}

/** The reads that the bench compares, by its names and documents. */
const COMPARED: readonly HotOperation[] = [
  {
    name: 'Q1 storefront page',
    document: STOREFRONT_PAGE,
    key: 'storefront',
    isQuery: true,
    variables: ({ locationIds }) => ({ id: locationIds[7] }),
  },
  {
    name: 'Q2 nested list',
    document: NESTED_LIST,
    key: 'storefront',
    isQuery: true,
    variables: ({ locationIds }) => ({ ids: locationIds }),
  },
  {
    name: 'Q3 metric view',
    document: METRIC_VIEW,
    key: 'integrator',
    isQuery: true,
    variables: ({ locationIds }) => ({
      locationIds: [locationIds[7]],
      from: '2025-01-01',
      to: '2025-12-31',
    }),
  },
  {
    name: 'Q4 inbox',
    document: INBOX,
    key: 'integrator',
    isQuery: true,
    variables: ({ inboxCursor }) => ({ after: inboxCursor }),
  },
];

/** An import as a program sends it between two pauses. */
const ROWS = 20;

function rows<Row>(world: World, row: (externalId: string, index: number) => Row): Row[] {
  const call = String(world.next()).padStart(4, '0');
  const indexes = Array.from({ length: ROWS }, (_, index) => index);
  return indexes.map((index) => row(`new-${call}-${String(index).padStart(2, '0')}`, index));
}

/** By the clients' own names: an operation without variables here fails the test, which says so. */
const VARIABLES: Readonly<Record<string, (world: World) => object>> = {
  'storefront.GetLocationPage': () => ({ externalId: 'place-7' }),
  'storefront.GetProductReviews': () => ({ externalId: 'thing-0' }),
  'storefront.GetViewer': () => ({}),
  'storefront.ListLocations': () => ({}),
  'storefront.GetInvitation': ({ surveyToken }) => ({ token: surveyToken }),
  'storefront.SubmitSurveyResponse': ({ surveyToken }) => {
    const answers = [
      { questionKey: 'recommend', number: 9 },
      { questionKey: 'why', text: 'The soup was warm.' },
    ];
    return { input: { token: surveyToken, answers } };
  },
  'internal.GetViewer': () => ({}),
  'internal.ListApiKeys': () => ({}),
  'internal.GetFeedPosition': () => ({}),
  'internal.GetReview': ({ reviewId }) => ({ id: reviewId }),
  'internal.ListAwaitingResponse': () => ({ sentiments: ['NEGATIVE'] }),
  'internal.DraftResponse': (world) => ({
    input: { reviewId: world.takeAwaiting(), body: 'Thank you for telling us.' },
  }),
  'internal.PublishResponse': (world) => ({
    input: { reviewId: world.takeAwaiting(), body: 'Thank you for telling us.' },
  }),
  'internal.ImportReviews': (world) => {
    const reviews = rows(world, (externalId, index) => ({
      source: 'YELP',
      externalId,
      locationExternalId: `place-${index}`,
      rating: 1 + (index % 5),
      text: 'The soup was warm, and the waiter friendly.',
      language: 'en',
      authoredAt: '2026-01-02T10:00:00Z',
    }));
    return { input: { reviews } };
  },
  'internal.ImportLocations': (world) => {
    const locations = rows(world, (externalId) => ({ externalId, name: 'A new place' }));
    return { input: { locations } };
  },
  'internal.ImportProducts': (world) => {
    const products = rows(world, (externalId) => ({ externalId, name: 'A new thing' }));
    return { input: { products } };
  },
  'internal.CreateApiKey': () => ({
    input: { kind: 'SECRET', name: 'One more', scopes: ['reviews:read'] },
  }),
  'internal.RevokeApiKey': (world) => ({ input: { id: world.takeKey() } }),
};

function operationsOf(
  client: string,
  module: object,
  key: HotOperation['key'],
): readonly HotOperation[] {
  return requestsOf(module).map((each) => {
    const name = `${client}.${each.name}`;
    const variables = VARIABLES[name];
    if (variables === undefined) {
      throw new Error(`${name} has no variables: add them to test/performance/hot-operations.ts.`);
    }
    return { name, document: each.text, key, isQuery: each.kind === 'query', variables };
  });
}

/** Those of the bench, and all that the clients send. */
export const HOT_OPERATIONS: readonly HotOperation[] = [
  ...COMPARED,
  ...operationsOf('storefront', storefront, 'storefront'),
  ...operationsOf('internal', internal, 'integrator'),
].sort((a, b) => Number(b.isQuery) - Number(a.isQuery));
