import { newId } from '../../db/new-id.ts';
import { hash } from 'node:crypto';
import type { IndexedRow } from '../../graphql/import-rows.ts';
import { refused, type UserErrorData } from '../../graphql/user-error.ts';
import {
  type KnownReview,
  readReviewText,
  responseDueAt,
  type ReviewPolicy,
  type ReviewRecord,
  sentimentOf,
  sourceKey,
} from '../reviews/index.ts';
import type { ReviewImport } from './import-reviews.input.ts';

/** What the rows of a call refer to, by external ids. */
export interface Surroundings {
  readonly policy: ReviewPolicy;
  readonly locations: ReadonlyMap<string, string>;
  readonly products: ReadonlyMap<string, string>;
  readonly known: ReadonlyMap<string, KnownReview>;
}

type Response = { readonly body: string; readonly publishedAt: Date } | null;

/** What is to be done for a row. */
export type Planned = { readonly index: number } & (
  | { readonly outcome: 'REJECTED'; readonly userErrors: readonly UserErrorData[] }
  | { readonly outcome: 'UNCHANGED'; readonly known: KnownReview; readonly response: Response }
  | {
      readonly outcome: 'CREATED';
      readonly record: ReviewRecord;
      readonly response: Response;
    }
  | {
      readonly outcome: 'UPDATED';
      readonly known: KnownReview;
      readonly record: ReviewRecord;
      readonly response: Response;
    }
);

export function plan(
  { index, row }: IndexedRow<ReviewImport>,
  { policy, locations, products, known }: Surroundings,
  now: Date,
): Planned {
  const userErrors = unknownReferences(row, ['reviews', String(index)], locations, products);
  if (userErrors.length > 0) return { index, outcome: 'REJECTED', userErrors };
  const locationId = row.locationExternalId == null ? null : locations.get(row.locationExternalId);
  const productId = row.productExternalId == null ? null : products.get(row.productExternalId);
  const place = { locationId: locationId ?? null, productId: productId ?? null };
  const contentHash = hashOf(row, place);
  const response = responseOf(row);
  const before = known.get(sourceKey({ source: row.source, external_id: row.externalId }));
  if (before?.content_hash === contentHash) {
    return { index, outcome: 'UNCHANGED', known: before, response };
  }
  const record = recordOf(row, { ...place, contentHash, policy, before, now });
  return before === undefined
    ? { index, outcome: 'CREATED', record, response }
    : { index, outcome: 'UPDATED', known: before, record, response };
}

function unknownReferences(
  row: ReviewImport,
  path: readonly string[],
  locations: ReadonlyMap<string, string>,
  products: ReadonlyMap<string, string>,
): UserErrorData[] {
  const errors: UserErrorData[] = [];
  const { locationExternalId: location, productExternalId: product } = row;
  if (location != null && !locations.has(location)) {
    const message = `There is no location "${location}": import it first, or give \`locationName\` to create it.`;
    errors.push(refused('NOT_FOUND', [...path, 'locationExternalId'], message));
  }
  if (product != null && !products.has(product)) {
    const message = `There is no product "${product}": import it first, by importProducts.`;
    errors.push(refused('NOT_FOUND', [...path, 'productExternalId'], message));
  }
  return errors;
}

/**
 * Equal hashes mean an unchanged review. It is made of what the row says, not of what is derived
 * from it, so that a better language detection does not make all reviews look edited, and that
 * unchanged rows cost no detection. The response is compared by itself.
 */
function hashOf(
  row: ReviewImport,
  place: { locationId: string | null; productId: string | null },
): string {
  const content = [
    place.locationId,
    place.productId,
    row.url ?? null,
    row.ratingScale ?? 'STARS_5',
    row.rating ?? null,
    row.title ?? null,
    row.text ?? null,
    row.language ?? null,
    row.authorName ?? null,
    row.authoredAt.getTime(),
  ];
  return hash('sha256', JSON.stringify(content), 'hex');
}

function responseOf(row: ReviewImport): Response {
  if (row.response == null) return null;
  return { body: row.response.body, publishedAt: row.response.publishedAt ?? row.authoredAt };
}

function recordOf(
  row: ReviewImport,
  around: {
    locationId: string | null;
    productId: string | null;
    contentHash: string;
    policy: ReviewPolicy;
    before: KnownReview | undefined;
    now: Date;
  },
): ReviewRecord {
  const { policy, before } = around;
  const ratingScale = row.ratingScale ?? 'STARS_5';
  const rating = row.rating ?? null;
  const content = readReviewText(row.text ?? null, row.language ?? null);
  const sentiment = sentimentOf({ ratingScale, rating, ...content }, policy);
  const receivedAt = before?.received_at ?? around.now;
  return {
    id: before?.id ?? newId(),
    source: row.source,
    external_id: row.externalId,
    location_id: around.locationId,
    product_id: around.productId,
    url: row.url ?? null,
    rating_scale: ratingScale,
    rating,
    sentiment,
    title: row.title ?? null,
    text: content.text,
    translated_text: content.translatedText,
    language: content.language,
    author_name: row.authorName ?? null,
    authored_at: row.authoredAt,
    content_hash: around.contentHash,
    response_due_at: responseDueAt(policy, sentiment, receivedAt),
    first_response_at: before?.first_response_at ?? null,
  };
}
