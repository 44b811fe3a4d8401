import { performance } from 'node:perf_hooks';
import type { Database, DatabaseLogger } from '../db/database.ts';
import type { NewFeedEvent, WrittenEvents } from './events.ts';
import { feedHead, readPage } from './log.ts';

export interface FollowedChangesOptions {
  readonly db: Database;
  readonly logger: DatabaseLogger;
  readonly organizationId: string;
  /** Without having seen the feed for so long, what is known counts as old. */
  readonly maxSilenceMs: number;
  readonly onChange: (events: readonly NewFeedEvent[] | null) => void;
  readonly onForget: () => void;
}

/** Further behind than this, it is simpler to say that anything may have changed. */
const MOST_EVENTS = 500;

/** Up to where in one organization's feed this process has told of changes. */
export class FollowedChanges {
  readonly organizationId: string;
  readonly #options: FollowedChangesOptions;
  #epoch: string | null = null;
  /** All events up to here have been told; null before the feed was seen. */
  #seq: number | null = null;
  /** Everything that was committed before this time has been told. */
  #currentAt = -Infinity;
  #generation = 0;
  #reading: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #forgotten = false;

  constructor(options: FollowedChangesOptions) {
    this.#options = options;
    this.organizationId = options.organizationId;
  }

  get seq(): number | null {
    return this.#seq;
  }

  /** Another one after each change: what was begun at an earlier one may hold what was before it. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether the feed has been seen of late, so that what has not been told is young. */
  get isCurrent(): boolean {
    return !this.#forgotten && performance.now() - this.#currentAt <= this.#options.maxSilenceMs;
  }

  /** Finds out where the feed stands. What is read from the database afterwards holds all up to there. */
  async start(): Promise<void> {
    try {
      const startedAt = performance.now();
      const head = await feedHead(this.#options.db, this.organizationId);
      if (this.#forgotten) return;
      this.#epoch = head.epoch;
      this.#seq = head.lastSeq;
      this.#currentAt = startedAt;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A unit of work of this process has committed. */
  committed({ events, lastSeq }: WrittenEvents): void {
    this.#tell(events);
    // Otherwise there are others before, which a wake-up or a poll finds, and these once more.
    if (this.#seq === lastSeq - events.length) this.#seq = lastSeq;
  }

  /** Tells of all that is committed when it is called. Calls of the same time share one read. */
  catchUp(): Promise<void> {
    if (this.#seq === null || this.#forgotten) return Promise.resolve();
    this.#next ??= (this.#reading ?? Promise.resolve()).then(() => {
      this.#next = null;
      this.#reading = this.#readOn().finally(() => (this.#reading = null));
      return this.#reading;
    });
    return this.#next;
  }

  /** A look at the database, begun at `startedAt` when `#seq` was `before`, has found this. */
  saw(lastSeq: number, before: number | null | undefined, startedAt: number): void {
    if (this.#seq === null || before == null) return;
    // Events that have been told are gone: this is another state of the database.
    if (lastSeq < before) this.forget();
    else if (lastSeq > this.#seq) void this.catchUp();
    else this.#currentAt = Math.max(this.#currentAt, startedAt);
  }

  /** Says that anything may have changed, and follows no longer. */
  forget(): void {
    if (this.#forgotten) return;
    this.#forgotten = true;
    this.#tell(null);
    this.#options.onForget();
  }

  async #readOn(): Promise<void> {
    const { db } = this.#options;
    const after = this.#seq ?? 0;
    const startedAt = performance.now();
    try {
      const { head, events } = await readPage(db, this.organizationId, {
        afterSeq: after,
        limit: MOST_EVENTS,
        kinds: null,
        span: Number.MAX_SAFE_INTEGER,
      });
      if (this.#forgotten) return;
      const { epoch, lastSeq, prunedSeq } = head;
      if (epoch !== this.#epoch || prunedSeq > after || lastSeq < after) {
        this.forget();
        return;
      }
      const isAll = events.length === lastSeq - after;
      // Commits of this process may have been told meanwhile; telling of them again does no harm.
      if (lastSeq > after) this.#tell(isAll ? events : null);
      this.#seq = Math.max(this.#seq ?? 0, lastSeq);
      this.#currentAt = Math.max(this.#currentAt, startedAt);
    } catch (error) {
      this.#failed(error);
    }
  }

  #tell(events: readonly NewFeedEvent[] | null): void {
    this.#generation += 1;
    this.#options.onChange(events);
  }

  #failed(error: unknown): void {
    const { logger } = this.#options;
    const { organizationId } = this;
    logger.warn({ err: error, organizationId }, 'the feed could not be read for what has changed');
    this.forget();
  }
}
