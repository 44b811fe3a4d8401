import { decodeCursor, encodeCursor } from '../../src/feed/cursor.ts';
import { FeedError } from '../../src/feed/errors.ts';
import type { Database } from '../../src/db/database.ts';
import { feedHead } from '../../src/feed/log.ts';
import type { FeedHub } from '../../src/feed/hub.ts';
import type { CohortSpec } from '../../src/feed/runtime.ts';
import { until } from './support.ts';

export interface FollowerOptions {
  /** To subscribe to now; another one after a restart. */
  readonly hub: () => FeedHub;
  /** Tells where the feed stands. */
  readonly db: Database;
  readonly spec: CohortSpec<number>;
  readonly random: () => number;
  /** How likely it hangs up after an event. */
  readonly cutRate: number;
  /** How likely it pauses after an event. */
  readonly pauseRate: number;
}

/** A client that reads seqs, hangs up at random, and resumes from its last cursor. */
export class Follower {
  readonly received: number[] = [];
  cuts = 0;
  slowReads = 0;
  /** What ended it, where it did not end by `stop`. */
  failure: unknown = undefined;
  readonly spec: CohortSpec<number>;
  readonly startedAfter: number;
  readonly #options: FollowerOptions;
  #position: number;
  #isStopped = false;
  #iterator: AsyncIterableIterator<number, undefined> | null = null;
  readonly #running: Promise<void>;

  constructor(options: FollowerOptions, afterSeq: number) {
    this.#options = options;
    this.spec = options.spec;
    this.startedAfter = afterSeq;
    this.#position = afterSeq;
    this.#running = this.#run();
  }

  /** Waits until it has received this seq. */
  async reaches(seq: number): Promise<void> {
    await until(
      `seq ${seq}, after ${this.received.at(-1)}`,
      () => this.failure !== undefined || (this.received.at(-1) ?? 0) >= seq,
      40_000,
    );
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#iterator?.return?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#readUntilCut();
      } catch (error) {
        if (!(await this.#resumesAfter(error))) {
          this.failure = error;
          return;
        }
      }
    }
  }

  async #readUntilCut(): Promise<void> {
    const { hub, spec, random, cutRate, pauseRate } = this.#options;
    const afterSeq = await this.#afterSeq();
    if (this.#isStopped) return;
    this.#iterator = hub().subscribe(spec, afterSeq);
    for await (const seq of this.#iterator) {
      this.received.push(seq);
      this.#position = seq;
      if (random() < pauseRate) await new Promise((resolve) => void setImmediate(resolve));
      if (random() >= cutRate) continue;
      this.cuts += 1;
      // Half of the time in the middle of waiting for the next.
      const pending = random() < 0.5 ? this.#iterator.next() : null;
      await this.#iterator.return?.();
      const result = await pending;
      if (result !== null && result.done !== true) {
        this.received.push(result.value);
        this.#position = result.value;
      }
    }
  }

  /** As a client does: by the cursor of what it received last. */
  async #afterSeq(): Promise<number> {
    const { organizationId } = this.#options.spec;
    const head = await feedHead(this.#options.db, organizationId);
    const cursor = encodeCursor({ organizationId, epoch: head.epoch, seq: this.#position });
    return decodeCursor(cursor, { organizationId, head });
  }

  /** As a client does, too: by the cursor that the error brings. */
  async #resumesAfter(error: unknown): Promise<boolean> {
    if (!(error instanceof FeedError)) return false;
    if (error.code === 'FEED_SLOW_READER') this.slowReads += 1;
    if (error.cursor === null) return true;
    const { organizationId } = this.#options.spec;
    const head = await feedHead(this.#options.db, organizationId);
    this.#position = decodeCursor(error.cursor, { organizationId, head });
    return true;
  }
}
