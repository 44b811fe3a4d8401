import type { Configuration } from '@mikro-orm/core';
import type { Database, UnitOfWork } from '../db/database.ts';
import { recordsetSql, recordsetValues } from '../db/recordset.ts';
import type { WakeUp } from './wakeup.ts';

export const feedEventKinds = [
  'REVIEW_RECEIVED',
  'REVIEW_UPDATED',
  'REVIEW_DELETED',
  'RESPONSE_DRAFTED',
  'RESPONSE_PUBLISHED',
  'RESPONSE_UPDATED',
  'RESPONSE_WITHDRAWN',
  'LOCATION_CREATED',
  'LOCATION_UPDATED',
  'PRODUCT_CREATED',
  'PRODUCT_UPDATED',
  'METRIC_VIEW_CREATED',
  'METRIC_VIEW_UPDATED',
  'METRIC_VIEW_DELETED',
  'METRIC_SETTINGS_UPDATED',
  'CUSTOMER_CREATED',
  'CUSTOMER_UPDATED',
  'CUSTOMER_ERASED',
  'CUSTOMER_AT_RISK',
  'SURVEY_PUBLISHED',
  'SURVEY_RESPONSE_RECEIVED',
  'DETRACTOR_ALERT_RAISED',
] as const;

export type FeedEventKind = (typeof feedEventKinds)[number];

export type FeedEventSentiment = 'NEGATIVE' | 'NEUTRAL' | 'POSITIVE';

/** What happened, as its writer tells it. Ids are uuids, of rows of the same organization. */
export interface NewFeedEvent {
  readonly kind: FeedEventKind;
  readonly reviewId?: string | null;
  readonly responseId?: string | null;
  readonly locationId?: string | null;
  readonly productId?: string | null;
  readonly metricViewId?: string | null;
  readonly customerId?: string | null;
  readonly surveyResponseId?: string | null;
  readonly sentiment?: FeedEventSentiment | null;
  /** The unit of work's `now` where not given. */
  readonly occurredAt?: Date;
}

/** An event of the log. The row it is about may have changed, or gone, since. */
export interface FeedEvent {
  /** Dense within the organization, from 1, in the order of commits. */
  readonly seq: number;
  readonly epoch: string;
  readonly kind: FeedEventKind;
  readonly occurredAt: Date;
  readonly reviewId: string | null;
  readonly responseId: string | null;
  readonly locationId: string | null;
  readonly productId: string | null;
  readonly metricViewId: string | null;
  readonly customerId: string | null;
  readonly surveyResponseId: string | null;
  readonly sentiment: FeedEventSentiment | null;
}

/** The events of a unit of work as they stand in the feed: their seqs end with `lastSeq`. */
export interface WrittenEvents {
  readonly events: readonly NewFeedEvent[];
  readonly lastSeq: number;
}

/** What a unit of work has to tell, until it commits. */
const recorded = new WeakMap<UnitOfWork, NewFeedEvent[]>();

const written = new WeakMap<UnitOfWork, WrittenEvents>();

/** What a unit of work has written to the feed; undefined where it had nothing to tell. */
export function writtenEvents(uow: UnitOfWork): WrittenEvents | undefined {
  return written.get(uow);
}

/** Which wake-up to publish to, by the configuration that a database shares with its units. */
const wakeUps = new WeakMap<Configuration, WakeUp>();

/**
 * Events of this unit of work, in the order given. They are written as the last thing before it
 * commits, all at once; after the commit the organization's subscribers are woken.
 */
export function recordEvents(uow: UnitOfWork, events: readonly NewFeedEvent[]): void {
  if (events.length === 0) return;
  const whole = uow.whole();
  const earlier = recorded.get(whole);
  if (earlier !== undefined) {
    for (const event of events) earlier.push(event);
    return;
  }
  recorded.set(whole, [...events]);
  // Registered anew when its turn comes, and so after all that was registered meanwhile: the
  // counter row orders the organization's writers, and is held as shortly as possible.
  whole.beforeCommit(async () => whole.beforeCommit(async () => writeEvents(whole)));
}

/**
 * From here on, commits of this database with events wake the subscribers of `wakeUp`.
 * One process needs this once for each database that it writes to.
 */
export function announceCommits(db: Database, wakeUp: WakeUp): void {
  wakeUps.set(db.orm.config, wakeUp);
}

const EVENT_COLUMNS = {
  ordinal: 'bigint',
  kind: 'text',
  occurred_at: 'timestamptz',
  review_id: 'uuid',
  response_id: 'uuid',
  location_id: 'uuid',
  product_id: 'uuid',
  metric_view_id: 'uuid',
  customer_id: 'uuid',
  survey_response_id: 'uuid',
  sentiment: 'text',
} as const;

/**
 * One statement for both tables, which goes with the commit, so that the counter row is locked for
 * no round trip. Whoever gets the lock next sees this commit: seqs are in the order of commits, and
 * a rollback gives its numbers back. Without a counter there must be an error before the commit: the
 * text that says so is no number.
 */
const WRITE_EVENTS = `
  with counter as (
    update feed_counter set last_seq = last_seq + $2::bigint
    where organization_id = $1 returning last_seq - $2::bigint as before
  ), written as (
    insert into feed_event
      (organization_id, seq, kind, occurred_at, review_id, response_id, location_id, product_id,
       metric_view_id, customer_id, survey_response_id, sentiment)
    select $1, e.ordinal + coalesce(
        (select before from counter),
        ('organization ' || $1::text || ' has no feed for ' || e.kind)::bigint
      ), e.kind, coalesce(e.occurred_at, $3::timestamptz),
      e.review_id, e.response_id, e.location_id, e.product_id, e.metric_view_id,
      e.customer_id, e.survey_response_id, e.sentiment
    from ${recordsetSql(EVENT_COLUMNS, 'e', 4)}
    returning seq
  )
  select max(seq) as "lastSeq" from written`;

function writeEvents(uow: UnitOfWork): void {
  const events = recorded.get(uow) ?? [];
  recorded.delete(uow);
  const rows = events.map((event, index) => ({
    ordinal: index + 1,
    kind: event.kind,
    occurred_at: event.occurredAt,
    review_id: event.reviewId,
    response_id: event.responseId,
    location_id: event.locationId,
    product_id: event.productId,
    metric_view_id: event.metricViewId,
    customer_id: event.customerId,
    survey_response_id: event.surveyResponseId,
    sentiment: event.sentiment,
  }));
  uow.defer<{ lastSeq: number }>(
    WRITE_EVENTS,
    [uow.organizationId, events.length, uow.now, ...recordsetValues(EVENT_COLUMNS, rows)],
    ([row]) => void (row && written.set(uow, { events, lastSeq: row.lastSeq })),
  );
  uow.afterCommit(() => wakeUps.get(uow.config)?.publish(uow.organizationId));
}
