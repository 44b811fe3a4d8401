import type { Database } from '../db/database.ts';
import type { DatabaseLogger } from '../db/logger.ts';
import type { FeedEvent, FeedEventKind } from './events.ts';

export interface CohortSpec<T> {
  /**
   * Names the cohort within its organization: same document, variables and authorization class.
   * Subscriptions with the same key must be interchangeable; any member's `produce` serves all.
   */
  readonly key: string;
  readonly organizationId: string;
  /** Only these events reach `produce`. */
  readonly kinds: readonly FeedEventKind[];
  /**
   * Called once per batch of events, for all members that follow live; on catching up once per
   * batch for those who ask from the same place. Never called with an empty batch.
   * @returns one item for each event that is to be delivered, in order; the others are left out.
   * @throws an error that its members get. It is called again with the same events after one that
   * isTransientDatabaseError tells from its code, cause or originalError.
   */
  produce(events: readonly FeedEvent[]): Promise<ReadonlyArray<Item<T>>>;
}

export interface Item<T> {
  readonly seq: number;
  readonly value: T;
}

export interface HubCounters {
  /** Reads of new events, one per organization and wake-up, shared by its cohorts. */
  liveReads: number;
  /** Reads for members that catch up, and for cohorts that fell behind what is in memory. */
  catchUpReads: number;
  /** Calls of `produce`. */
  produced: number;
  /** Members ended because they read too slowly. */
  slowReaders: number;
}

/** What the parts of one hub share. */
export interface HubRuntime {
  readonly db: Database;
  readonly logger: DatabaseLogger;
  /** Events read and produced at once. */
  readonly batchSize: number;
  /** Items that wait for one live member. */
  readonly queueLimit: number;
  /** Aborted when the hub closes. */
  readonly signal: AbortSignal;
  readonly counters: HubCounters;
  /** Runs work in the background, which `close` waits for. */
  run(work: () => Promise<void>): void;
}
