import type { UnitOfWork } from '../../db/database.ts';
import { type NewFeedEvent, recordEvents } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import {
  importRows,
  type ImportResult,
  type IndexedRow,
  refusedImport,
  type RowResult,
} from '../../graphql/import-rows.ts';
import { orUserErrors } from '../../graphql/user-error.ts';
import { ensureLocations } from '../locations/index.ts';
import { productIds } from '../products/index.ts';
import { type ImportedResponseRow, writeImportedResponses } from '../responses/index.ts';
import {
  findReviews,
  insertReviews,
  type KnownReview,
  reviewPolicy,
  updateReviews,
} from '../reviews/index.ts';
import { checkReview } from './check-review.ts';
import type { ImportReviewsInput, ReviewImport } from './import-reviews.input.ts';
import { plan, type Planned, type Surroundings } from './plan-review.ts';

/** Creates and updates reviews by source and external id; see the mutation `importReviews`. */
export function importReviews(
  ctx: GraphQLContext,
  input: ImportReviewsInput,
): Promise<ImportResult> {
  return orUserErrors(
    () =>
      importRows<ReviewImport>(ctx, {
        operation: 'importReviews',
        field: 'reviews',
        rows: input.reviews,
        dryRun: input.dryRun,
        idempotencyKey: input.idempotencyKey,
        identity: (row) => `${row.source} ${row.externalId}`,
        check: checkReview,
        write: writeReviews,
      }),
    refusedImport,
  );
}

async function writeReviews(
  uow: UnitOfWork,
  rows: readonly IndexedRow<ReviewImport>[],
): Promise<RowResult[]> {
  const surroundings = await lookAround(uow, rows);
  const plans = rows.map((row) => plan(row, surroundings, uow.now));
  const created = plans.filter((each) => each.outcome === 'CREATED');
  const updated = plans.filter((each) => each.outcome === 'UPDATED');

  const inserted = await insertReviews(
    uow,
    created.map((each) => each.record),
  );
  const written = created.filter((each) => inserted.has(each.record.id));
  await updateReviews(uow, updated);
  const responses = responseRows(plans, inserted);
  const changedByResponse = await writeImportedResponses(uow, responses);
  recordEvents(uow, [
    ...written.map((each) => reviewEvent('REVIEW_RECEIVED', each)),
    ...updated.flatMap((each) => [...eventsOfLeaving(each), reviewEvent('REVIEW_UPDATED', each)]),
  ]);
  return plans.flatMap((each) => resultOf(each, inserted, changedByResponse));
}

/** Everything that the rows refer to, each kind by one statement, all of them in one round trip. */
async function lookAround(
  uow: UnitOfWork,
  rows: readonly IndexedRow<ReviewImport>[],
): Promise<Surroundings> {
  const [policy, locations, products, known] = await Promise.all([
    reviewPolicy(uow),
    ensureLocations(
      uow,
      rows.flatMap(({ row }) =>
        row.locationExternalId == null
          ? []
          : [{ externalId: row.locationExternalId, name: row.locationName ?? null }],
      ),
    ),
    productIds(
      uow,
      rows.flatMap(({ row }) => (row.productExternalId == null ? [] : [row.productExternalId])),
    ),
    findReviews(
      uow,
      rows.map(({ row }) => ({ source: row.source, external_id: row.externalId })),
    ),
  ]);
  return { policy, locations, products, known };
}

type Written = Extract<Planned, { outcome: 'CREATED' | 'UPDATED' }>;

function reviewEvent(kind: NewFeedEvent['kind'], { record }: Written): NewFeedEvent {
  const { id, location_id, product_id, sentiment } = record;
  return { kind, reviewId: id, locationId: location_id, productId: product_id, sentiment };
}

/** A review that moves has changed where it was, too: whoever follows that place is told so. */
function eventsOfLeaving({
  known,
  record,
}: Extract<Planned, { outcome: 'UPDATED' }>): NewFeedEvent[] {
  const { location_id: locationId, product_id: productId } = known;
  if (locationId === record.location_id && productId === record.product_id) return [];
  const { id: reviewId, sentiment } = record;
  return [{ kind: 'REVIEW_UPDATED', reviewId, locationId, productId, sentiment }];
}

/** The responses that came with rows whose review is there now, in the review's present state. */
function responseRows(
  plans: readonly Planned[],
  inserted: ReadonlySet<string>,
): ImportedResponseRow[] {
  return plans.flatMap((each): ImportedResponseRow[] => {
    if (each.outcome === 'REJECTED' || each.response === null) return [];
    const { response } = each;
    if (each.outcome === 'UNCHANGED')
      return [{ review: each.known, isNewReview: false, ...response }];
    if (each.outcome === 'UPDATED') {
      return [{ review: presentState(each.known, each), isNewReview: false, ...response }];
    }
    if (!inserted.has(each.record.id)) return [];
    return [{ review: newState(each), isNewReview: true, ...response }];
  });
}

function presentState(known: KnownReview, { record }: Written): KnownReview {
  const { location_id, product_id, sentiment } = record;
  return { ...known, location_id, product_id, sentiment };
}

function newState(each: Extract<Planned, { outcome: 'CREATED' }>): KnownReview {
  const { record } = each;
  return {
    ...record,
    rating: record.rating?.toString() ?? null,
    is_public: true,
    received_at: record.authored_at,
    revised_upward: false,
  };
}

function resultOf(
  each: Planned,
  inserted: ReadonlySet<string>,
  changedByResponse: ReadonlySet<string>,
): RowResult[] {
  const { index } = each;
  switch (each.outcome) {
    case 'REJECTED':
      return [{ index, outcome: 'REJECTED', key: null, userErrors: each.userErrors }];
    case 'CREATED':
      // Created by somebody else at the same time.
      if (!inserted.has(each.record.id)) return [];
      return [{ index, outcome: 'CREATED', key: each.record.id, userErrors: [] }];
    case 'UPDATED':
      return [{ index, outcome: 'UPDATED', key: each.record.id, userErrors: [] }];
    case 'UNCHANGED': {
      const outcome = changedByResponse.has(each.known.id) ? 'UPDATED' : 'UNCHANGED';
      return [{ index, outcome, key: each.known.id, userErrors: [] }];
    }
  }
}
