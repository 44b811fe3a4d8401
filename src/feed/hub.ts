import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import type { DatabaseLogger } from '../db/logger.ts';
import type { ValueSpec } from './live-value.ts';
import { LiveValues } from './live-values.ts';
import { lastSeqs } from './log.ts';
import { OrganizationFeed } from './organization-feed.ts';
import { withRetry } from './retry.ts';
import type { CohortSpec, HubCounters, HubRuntime } from './runtime.ts';
import type { WakeUp } from './wakeup.ts';

export interface FeedHub {
  /**
   * The events after `afterSeq` (of a decoded cursor), then the live feed: in order, each once.
   * With null: what is committed from now on. Reads the log only as its consumer asks, until it
   * has caught up; then up to `queueLimit` items wait for the consumer. `return` or the signal
   * leaves; the iterator then is done, also for a `next` that is pending.
   *
   * `next` rejects with FeedError FEED_SLOW_READER or FEED_CLOSED, with CursorError where the feed
   * does not go on from `afterSeq`, or with what `produce` threw. An unreachable database is no
   * error: the feed goes on when it is back.
   */
  subscribe<T>(
    spec: CohortSpec<T>,
    afterSeq: number | null,
    signal?: AbortSignal,
  ): AsyncIterableIterator<T, undefined>;
  /**
   * A value as it is now, then as it is after commits that change it: at most once in
   * `valueIntervalMs`, and the last of it always. What a consumer has not taken is replaced by what
   * is newer, so that one value waits for it. Rejects with what `spec.read` threw, or FEED_CLOSED.
   */
  watch<T>(spec: ValueSpec<T>, signal?: AbortSignal): AsyncIterableIterator<T, undefined>;
  /** Ends all subscriptions with FEED_CLOSED, and waits for what is under way, some seconds at most. */
  close(): Promise<void>;
  stats(): FeedHubStats;
}

export interface FeedHubStats extends HubCounters {
  readonly organizations: number;
  readonly cohorts: number;
  readonly members: number;
  /** Members that follow live; the others start, or catch up. */
  readonly live: number;
  /** Values that are watched. */
  readonly values: number;
}

export interface FeedHubOptions {
  readonly db: Database;
  readonly wakeUp: WakeUp;
  readonly logger: DatabaseLogger;
  /** How long a lost wake-up may go unnoticed, in milliseconds (default 2,000). */
  readonly pollIntervalMs?: number;
  /** Events read and produced at once (default 500). */
  readonly batchSize?: number;
  /** Items that may wait for one live subscriber; at least `batchSize` (default 2,000). */
  readonly queueLimit?: number;
  /** Between two readings of a value that is watched, at least, in milliseconds (default 1,000). */
  readonly valueIntervalMs?: number;
}

const CLOSE_TIMEOUT_MS = 5_000;

export function createFeedHub(options: FeedHubOptions): FeedHub {
  return new Hub(options);
}

class Hub implements FeedHub {
  readonly #runtime: HubRuntime;
  readonly #pollIntervalMs: number;
  readonly #closing = new AbortController();
  readonly #feeds = new Map<string, OrganizationFeed>();
  readonly #values: LiveValues;
  readonly #underWay = new Set<Promise<void>>();
  #stopListening: (() => Promise<void>) | null = null;
  #pollTimer: NodeJS.Timeout | null = null;
  #isPolling = false;
  #pollAgain = false;
  #closed: Promise<void> | null = null;

  constructor(options: FeedHubOptions) {
    const { db, wakeUp, logger, pollIntervalMs, batchSize, queueLimit } = options;
    this.#pollIntervalMs = pollIntervalMs ?? 2_000;
    this.#runtime = {
      db,
      logger,
      batchSize: batchSize ?? 500,
      queueLimit: queueLimit ?? 2_000,
      signal: this.#closing.signal,
      counters: { liveReads: 0, catchUpReads: 0, produced: 0, slowReaders: 0 },
      run: (work) => this.#run(work),
    };
    if (this.#runtime.queueLimit < this.#runtime.batchSize) {
      throw new RangeError(
        'queueLimit must be at least batchSize: one batch must not end a reader',
      );
    }
    this.#values = new LiveValues({
      runtime: this.#runtime,
      follow: (spec, afterSeq) => this.subscribe(spec, afterSeq),
      intervalMs: options.valueIntervalMs ?? 1_000,
    });
    this.#run(() => this.#listen(wakeUp));
  }

  subscribe<T>(
    spec: CohortSpec<T>,
    afterSeq: number | null,
    signal?: AbortSignal,
  ): AsyncIterableIterator<T, undefined> {
    const feed = this.#feedOf(spec.organizationId);
    const member = feed.cohort(spec).add(spec, afterSeq, signal);
    if (this.#closed !== null) member.endWith('FEED_CLOSED');
    if (signal?.aborted === true) void member.return();
    this.#schedulePoll();
    return member;
  }

  watch<T>(spec: ValueSpec<T>, signal?: AbortSignal): AsyncIterableIterator<T, undefined> {
    const follower = this.#values.watch(spec, signal);
    if (this.#closed !== null) this.#values.endAll('FEED_CLOSED');
    return follower;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  stats(): FeedHubStats {
    const cohorts = [...this.#feeds.values()].flatMap((feed) => [...feed.cohorts]);
    const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);
    return {
      organizations: this.#feeds.size,
      cohorts: cohorts.length,
      members: sum(cohorts.map(({ memberCount }) => memberCount)),
      live: sum(cohorts.map(({ liveCount }) => liveCount)),
      values: this.#values.size,
      ...this.#runtime.counters,
    };
  }

  #feedOf(organizationId: string): OrganizationFeed {
    const known = this.#feeds.get(organizationId);
    if (known !== undefined) return known;
    const feed = new OrganizationFeed(this.#runtime, organizationId, () => {
      if (this.#feeds.get(organizationId) === feed) this.#feeds.delete(organizationId);
    });
    this.#feeds.set(organizationId, feed);
    return feed;
  }

  async #listen(wakeUp: WakeUp): Promise<void> {
    const { signal, logger } = this.#runtime;
    const options = { what: 'wake-ups', wanted: () => !signal.aborted, signal, logger };
    this.#stopListening = await withRetry(options, () =>
      wakeUp.subscribe((organizationId) => {
        if (organizationId === null) this.#poll();
        else this.#feeds.get(organizationId)?.wake();
      }),
    );
  }

  #schedulePoll(): void {
    if (this.#pollTimer !== null || this.#closed !== null || this.#feeds.size === 0) return;
    this.#pollTimer = setTimeout(() => {
      this.#pollTimer = null;
      this.#poll();
    }, this.#pollIntervalMs);
    this.#pollTimer.unref();
  }

  #poll(): void {
    this.#pollAgain = true;
    if (this.#isPolling) return;
    this.#isPolling = true;
    this.#run(async () => {
      try {
        while (this.#pollAgain) {
          this.#pollAgain = false;
          await this.#lookAtAll();
        }
      } catch (error) {
        this.#runtime.logger.warn({ err: error }, 'the feeds could not be polled');
      } finally {
        this.#isPolling = false;
        this.#schedulePoll();
      }
    });
  }

  /** One statement for all organizations that are followed; none where nobody is live. */
  async #lookAtAll(): Promise<void> {
    const followed = [...this.#feeds.values()].filter((feed) => feed.isFollowed);
    if (followed.length === 0 || this.#closed !== null) return;
    const ids = followed.map(({ organizationId }) => organizationId);
    for (const { organizationId, lastSeq } of await lastSeqs(this.#runtime.db, ids)) {
      this.#feeds.get(organizationId)?.notice(lastSeq);
    }
  }

  #run(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => {
        if (this.#closed !== null) return;
        this.#runtime.logger.error({ err: error }, 'the feed hub failed at something');
      })
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  async #close(): Promise<void> {
    this.#values.endAll('FEED_CLOSED');
    for (const feed of [...this.#feeds.values()]) feed.endAll('FEED_CLOSED');
    this.#closing.abort();
    if (this.#pollTimer !== null) clearTimeout(this.#pollTimer);
    const giveUp = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#underWay),
      sleep(CLOSE_TIMEOUT_MS, undefined, { signal: giveUp.signal }).catch(() => {}),
    ]);
    giveUp.abort();
    await this.#stopListening?.();
  }
}
