import type { Database, UnitOfWork } from '../db/database.ts';
import type { FeedHead } from './cursor.ts';
import type { FeedEvent, FeedEventKind } from './events.ts';

/** A stretch of the log: what it holds of the asked kinds after `afterSeq`, up to `through`. */
export interface FeedPage {
  readonly head: FeedHead;
  /** In order. */
  readonly events: readonly FeedEvent[];
  /** Every event with `seq <= through` is in this page, is of another kind, or came before it. */
  readonly through: number;
}

export interface PageRange {
  readonly afterSeq: number;
  /** Events at most. */
  readonly limit: number;
  /** Null for all kinds. */
  readonly kinds: readonly FeedEventKind[] | null;
  /** How far to look, in seqs: bounds the work where events of the kinds are rare. */
  readonly span: number;
}

interface HeadRow {
  epoch: string;
  lastSeq: number;
  prunedSeq: number;
}

/** A page without events is one row, of the head alone. */
type PageRow = HeadRow & (FeedEvent | { seq: null });

/** The head and the events come from one snapshot, so that neither is ahead of the other. */
function pageSql(limit: number, ofKinds: boolean): string {
  return `
    select c.epoch, c.last_seq as "lastSeq", c.pruned_seq as "prunedSeq", e.*
    from feed_counter c left join lateral (
      select seq, kind, occurred_at as "occurredAt", review_id as "reviewId",
        response_id as "responseId", location_id as "locationId", product_id as "productId",
        metric_view_id as "metricViewId",
        customer_id as "customerId", survey_response_id as "surveyResponseId", sentiment
      from feed_event
      where organization_id = $1 and seq > $2::bigint and seq <= $3::bigint
        ${ofKinds ? 'and kind = any($4::text[])' : ''}
      order by seq limit ${limit}
    ) e on true
    where c.organization_id = $1
    order by e.seq`;
}

/**
 * Does not tell whether the log still holds everything after `afterSeq`: see assertContinues.
 * Must be read where units of work commit, not on a replica that may lag behind.
 */
export async function readPage(
  db: Database,
  organizationId: string,
  { afterSeq, limit, kinds, span }: PageRange,
): Promise<FeedPage> {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`Not a number of events: ${limit}`);
  const upTo = Math.min(afterSeq + span, Number.MAX_SAFE_INTEGER);
  const rows = await db.read<PageRow>(organizationId, pageSql(limit, kinds !== null), [
    afterSeq,
    upTo,
    ...(kinds === null ? [] : [kinds]),
  ]);
  const head = headOf(organizationId, rows[0]);
  const events: FeedEvent[] = [];
  for (const row of rows) {
    if (row.seq === null) break;
    const { seq, epoch, kind, occurredAt, sentiment } = row;
    const { reviewId, responseId, locationId, productId } = row;
    const { metricViewId, customerId, surveyResponseId } = row;
    events.push({
      ...{ seq, epoch, kind, occurredAt, sentiment },
      ...{ reviewId, responseId, locationId, productId },
      ...{ metricViewId, customerId, surveyResponseId },
    });
  }
  const last = events.at(-1);
  const isFull = events.length === limit && last !== undefined;
  const through = isFull ? last.seq : Math.max(afterSeq, Math.min(upTo, head.lastSeq));
  return { head, events, through };
}

/** Events after `afterSeq`, in order, at most `limit`; of all kinds where none are given. */
export async function readEvents(
  db: Database,
  organizationId: string,
  afterSeq: number,
  limit: number,
  kinds: readonly FeedEventKind[] | null = null,
): Promise<readonly FeedEvent[]> {
  const range = { afterSeq, limit, kinds, span: Number.MAX_SAFE_INTEGER };
  return (await readPage(db, organizationId, range)).events;
}

/** Where the organization's feed stands now. */
export async function feedHead(db: Database, organizationId: string): Promise<FeedHead> {
  const [row] = await db.read<HeadRow>(
    organizationId,
    `select epoch, last_seq as "lastSeq", pruned_seq as "prunedSeq"
     from feed_counter where organization_id = $1`,
  );
  return headOf(organizationId, row);
}

/**
 * The last seqs of many organizations in one statement, which is why it is not a tenant read:
 * it runs every few seconds for all that are followed here. Tells nothing but numbers.
 */
export async function lastSeqs(
  db: Database,
  organizationIds: readonly string[],
): Promise<{ organizationId: string; lastSeq: number }[]> {
  return db.system(
    `select organization_id as "organizationId", last_seq as "lastSeq" from feed_counter
     where organization_id in (select value::uuid from jsonb_array_elements_text($1::jsonb))`,
    [JSON.stringify(organizationIds)],
  );
}

/**
 * Removes the events up to `throughSeq` (at most up to the last); a cursor before that is refused
 * from then on. Last in its unit of work, because the update holds up the organization's writers
 * until the commit; many events go in several units.
 * @returns how many were removed.
 */
export async function pruneFeed(uow: UnitOfWork, throughSeq: number): Promise<number> {
  // Read first: an event committed after this must not count as removed.
  const [counter] = await uow.execute<{ lastSeq: number }>(
    'select last_seq as "lastSeq" from feed_counter where organization_id = $1',
    [uow.organizationId],
  );
  const through = Math.min(throughSeq, counter?.lastSeq ?? 0);
  const [row] = await uow.execute<{ removed: number }>(
    `with removed as (
       delete from feed_event where organization_id = $1 and seq <= $2::bigint returning 1
     )
     select count(*) as removed from removed`,
    [uow.organizationId, through],
  );
  await uow.execute(
    `update feed_counter set pruned_seq = greatest(pruned_seq, $2::bigint)
     where organization_id = $1`,
    [uow.organizationId, through],
  );
  return row?.removed ?? 0;
}

function headOf(organizationId: string, row: HeadRow | undefined): FeedHead {
  if (row === undefined) throw new Error(`Organization ${organizationId} has no feed`);
  return { epoch: row.epoch, lastSeq: row.lastSeq, prunedSeq: row.prunedSeq };
}
