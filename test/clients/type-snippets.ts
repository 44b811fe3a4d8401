/** What users write, and what the compiler is to say to it. */
export interface TypeSnippet {
  readonly what: string;
  readonly code: string;
  /** The number of the compiler's error; null where it is to compile. */
  readonly error: number | null;
}

const NOT_ASSIGNABLE = 2322;
const MISSING_PROPERTY = 2741;
const ARGUMENT_NOT_ASSIGNABLE = 2345;
const UNKNOWN_PROPERTY = 2353;
const NO_SUCH_PROPERTY = 2339;
const NO_SUCH_EXPORT = 2305;
const POSSIBLY_NULL = 18047;
const READONLY = 2540;
const TOO_FEW_ARGUMENTS = 2554;

const STOREFRONT = `
import { createStorefrontClient, getLocationPage, getProductReviews, getViewer, GetLocationPageDocument, RateLimitedError } from '@antiphon/storefront';
import type { ResultOf, ReviewFieldsFragment, VariablesOf } from '@antiphon/storefront';
const client = createStorefrontClient({ url: '', key: '' });
`;
const INTERNAL = `
import { createInternalClient, draftResponse, eachAwaitingResponse, followNegativeReviews, getReview, GetReviewDocument, importReviews, listAwaitingResponse } from '@antiphon/internal';
import { createStorefrontClient } from '@antiphon/storefront';
const client = createInternalClient({ url: '', key: async () => '' });
`;

function storefront(what: string, code: string, error: number | null = null): TypeSnippet {
  return { what, code: STOREFRONT + code, error };
}

function internal(what: string, code: string, error: number | null = null): TypeSnippet {
  return { what, code: INTERNAL + code, error };
}

export const TYPE_SNIPPETS: readonly TypeSnippet[] = [
  storefront(
    'a location and its reviews are typed to the last field',
    `const { location } = await getLocationPage(client, { externalId: 'x', first: 5, orderBy: 'LOWEST_RATING' });
     const average: number | null | undefined = location?.reviewSummary.averageRating;
     const authoredAt: string | undefined = location?.reviews.nodes[0]?.authoredAt;
     const sentiment: 'NEGATIVE' | 'NEUTRAL' | 'POSITIVE' | undefined = location?.reviews.nodes[0]?.sentiment;
     export { average, authoredAt, sentiment };`,
  ),
  storefront(
    'variables that may be left out may be undefined and null too',
    `await getLocationPage(client, { id: undefined, after: null }); await getProductReviews(client);`,
  ),
  storefront(
    'an operation without variables takes the options at once',
    `const { viewer } = await getViewer(client, { signal: AbortSignal.timeout(1) }); export const name: string = viewer.organization.name;`,
  ),
  storefront(
    'types of a document can be named',
    `export type R = NonNullable<ResultOf<typeof GetLocationPageDocument>['location']>['name'];
     export const name: R = 'x'; export const variables: VariablesOf<typeof GetLocationPageDocument> = { first: 1 };
     export function f(review: ReviewFieldsFragment): string { return review.id; }`,
  ),
  storefront(
    'an error has its own data',
    `try { await getViewer(client); } catch (error) { if (error instanceof RateLimitedError) { const s: number | null = error.retryAfter; throw new Error(String(s)); } }`,
  ),
  storefront(
    'a variable that there is not',
    `await getLocationPage(client, { slug: 'x' });`,
    UNKNOWN_PROPERTY,
  ),
  storefront(
    'a value that an enum has not',
    `await getLocationPage(client, { orderBy: 'BEST' });`,
    NOT_ASSIGNABLE,
  ),
  storefront(
    'a location that may not be there',
    `const { location } = await getLocationPage(client, {}); export const name = location.name;`,
    POSSIBLY_NULL,
  ),
  storefront(
    'a field that was not asked for',
    `const { location } = await getLocationPage(client, {}); export const t = location?.createdAt;`,
    NO_SUCH_PROPERTY,
  ),
  storefront(
    'a change of an answer',
    `const { viewer } = await getViewer(client); viewer.organization.name = 'x';`,
    READONLY,
  ),
  storefront(
    'an operation of the team',
    `export { draftResponse } from '@antiphon/storefront';`,
    NO_SUCH_EXPORT,
  ),
  internal(
    'the events of a following are typed',
    `for await (const { review, cursor } of followNegativeReviews(client, { filter: { sources: ['GOOGLE'] } })) {
       const text: string | null = review.text; const due: string | null = review.responseDueAt; throw new Error(cursor + text + due); }`,
  ),
  internal(
    'user errors tell their data by their type',
    `const { draftResponse: { userErrors } } = await draftResponse(client, { input: { reviewId: 'x', body: '' } });
     for (const error of userErrors) { if (error.__typename === 'LimitExceededError') { const n: number = error.limit; throw new Error(error.code + n); } }`,
  ),
  internal(
    'a document goes through the client with its types',
    `const { review } = await client.request(GetReviewDocument, { id: 'x' }); export const n: number | undefined = review?.version;`,
  ),
  internal(
    'what awaits a response can be walked and paged',
    `for await (const review of eachAwaitingResponse(client, { locationIds: ['x'], pageSize: 5 })) throw new Error(review.id);
     const { reviews } = await listAwaitingResponse(client, { sentiments: ['NEGATIVE'] }); export const cursor: string | null = reviews.pageInfo.endCursor;`,
  ),
  internal('a variable that is needed', `await getReview(client, {});`, ARGUMENT_NOT_ASSIGNABLE),
  internal('variables that are needed', `await getReview(client);`, TOO_FEW_ARGUMENTS),
  internal(
    'a field of an input that is needed',
    `await draftResponse(client, { input: { body: 'x' } });`,
    MISSING_PROPERTY,
  ),
  internal(
    'a rating as text',
    `await importReviews(client, { input: { reviews: [{ source: 'GOOGLE', externalId: '1', authoredAt: '', rating: '5' }] } });`,
    NOT_ASSIGNABLE,
  ),
  internal(
    'other variables for a document',
    `await client.request(GetReviewDocument, { id: 1 });`,
    NOT_ASSIGNABLE,
  ),
  internal(
    'following with a client for storefronts',
    `followNegativeReviews(createStorefrontClient({ url: '', key: '' }));`,
    ARGUMENT_NOT_ASSIGNABLE,
  ),
];
