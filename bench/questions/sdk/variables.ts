import type pg from 'pg';
import { toTypeId } from '../../contenders/type-id.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import { MADE_KEY_LEAD } from '../../dataset/restore.ts';
import { surveyTokens } from '../../dataset/survey-links.ts';
import { waitingReviews } from '../q5-reply.ts';
import { IMPORTED_LEAD, importReviews } from '../q6-import.ts';
import { pick, randomFrom } from '../question.ts';

type Draw = (client: pg.Client, dataset: Dataset) => Promise<() => object>;

/** Rows of an import here: what an importing program sends between two pauses, not its most. */
const ROWS = 20;

const none: Draw = async () => () => ({});

const aLocation: Draw = async (_client, { locationIds }) => {
  const random = randomFrom(11);
  return () => ({ id: toTypeId('loc', pick(locationIds, random)) });
};

const aProduct: Draw = async () => {
  const random = randomFrom(12);
  return () => ({ externalId: `product-${1 + Math.floor(random() * 100)}` });
};

const aReview: Draw = async (client, { organizationId }) => {
  const { rows } = await client.query<{ id: string }>(
    'select id from review where organization_id = $1 order by md5(id::text) limit 2000',
    [organizationId],
  );
  const random = randomFrom(13);
  return () => ({ id: toTypeId('rev', pick(rows, random).id) });
};

const anInvitation: Draw = async (client) => {
  const tokens = await surveyTokens(client);
  const random = randomFrom(14);
  return () => ({ token: pick(tokens, random), locale: pick(['en', 'nl'], random) });
};

/** One of each segment in turn, as each is asked something else. */
const ANSWERS = [
  [
    { questionKey: 'recommend', number: 10 },
    { questionKey: 'best', choices: ['staff', 'place'] },
  ],
  [{ questionKey: 'recommend', number: 8 }],
  [
    { questionKey: 'recommend', number: 3 },
    { questionKey: 'wrong', text: 'We waited an hour, and nobody told us why.' },
  ],
];

const anAnswer: Draw = async (client) => {
  const tokens = await surveyTokens(client);
  const random = randomFrom(15);
  let next = 0;
  return () => {
    const answers = ANSWERS[next++ % ANSWERS.length];
    return { input: { token: pick(tokens, random), answers } };
  };
};

const aResponse: Draw = async (client, dataset) => {
  const list = await waitingReviews(client, dataset);
  return () => {
    const reviewId = toTypeId('rev', list.ids[list.next++ % list.ids.length] as string);
    return { input: { reviewId, body: 'Thank you for telling us.' } };
  };
};

const someReviews: Draw = async (client, dataset) => {
  const draw = await importReviews.variables(client, dataset);
  return () => ({ input: { reviews: draw().reviews.slice(0, ROWS) } });
};

let made = 0;

/** New things with external ids of their own. */
const some =
  (list: 'locations' | 'products', more: object): Draw =>
  async () => {
    const run = `${IMPORTED_LEAD}${Date.now()}`;
    return () => {
      const rows = Array.from({ length: ROWS }, () => {
        made += 1;
        return { externalId: `${run}-${made}`, name: `Made ${made}`, ...more };
      });
      return { input: { [list]: rows } };
    };
  };

const aKey: Draw = async () => () => ({
  input: { kind: 'SECRET', name: MADE_KEY_LEAD, scopes: ['reviews:read'] },
});

/** The variables of each operation of the clients, by client and name. */
export const SDK_VARIABLES: Readonly<
  Record<string, { readonly draw: Draw; readonly isWrite?: true }>
> = {
  'storefront.GetInvitation': { draw: anInvitation },
  'storefront.GetLocationPage': { draw: aLocation },
  'storefront.GetProductReviews': { draw: aProduct },
  'storefront.GetViewer': { draw: none },
  'storefront.ListLocations': { draw: none },
  'storefront.SubmitSurveyResponse': { draw: anAnswer, isWrite: true },
  'internal.GetViewer': { draw: none },
  'internal.GetFeedPosition': { draw: none },
  'internal.ListApiKeys': { draw: none },
  'internal.ListAwaitingResponse': { draw: async () => () => ({ sentiments: ['NEGATIVE'] }) },
  'internal.GetReview': { draw: aReview },
  'internal.DraftResponse': { draw: aResponse, isWrite: true },
  'internal.PublishResponse': { draw: aResponse, isWrite: true },
  'internal.ImportReviews': { draw: someReviews, isWrite: true },
  'internal.ImportLocations': {
    draw: some('locations', { timeZone: 'Europe/Amsterdam' }),
    isWrite: true,
  },
  'internal.ImportProducts': { draw: some('products', {}), isWrite: true },
  'internal.CreateApiKey': { draw: aKey, isWrite: true },
  // Made first, since a key can be revoked once only.
  'internal.RevokeApiKey': { draw: aKey, isWrite: true },
};
