import { performance } from 'node:perf_hooks';
import { FeedError, type FeedErrorCode } from './errors.ts';
import { AbandonedError } from './retry.ts';

/** A value that changes with what is committed, or with the time. */
export interface ValueSpec<T> {
  /** Names it within its organization: whoever follows the same key shares its readings. */
  readonly key: string;
  readonly organizationId: string;
  /**
   * Reads it as it is now. Called again after an error that passes (see transience.ts).
   * @throws an error that ends all who follow it, and that they get.
   */
  read(): Promise<Reading<T>>;
}

export interface Reading<T> {
  readonly value: T;
  /** Tells readings apart: one with the mark of the one before is not sent. */
  readonly mark: string;
  /** When it may change without a commit; null: never. */
  readonly changesAt: Date | null;
}

/** What the values of an organization share. */
export interface LiveValueRuntime {
  readonly intervalMs: number;
  run(work: () => Promise<void>): void;
  retrying<R>(what: string, wanted: () => boolean, attempt: () => Promise<R>): Promise<R>;
}

/** setTimeout counts in 32 bits. */
const LONGEST_WAIT_MS = 2_147_483_647;

/** One value, read again when it is outdated, for all who follow it. */
export class LiveValue<T> {
  readonly #runtime: LiveValueRuntime;
  readonly #spec: ValueSpec<T>;
  readonly #onEmpty: () => void;
  readonly #followers = new Set<ValueFollower<T>>();
  #last: Reading<T> | null = null;
  /** When the last reading was sent, or found to be nothing new. */
  #lastAt = -Infinity;
  #hasBegun = false;
  #isOutdated = true;
  #isReading = false;
  #pause: NodeJS.Timeout | null = null;
  #clock: NodeJS.Timeout | null = null;

  constructor(runtime: LiveValueRuntime, spec: ValueSpec<T>, onEmpty: () => void) {
    this.#runtime = runtime;
    this.#spec = spec;
    this.#onEmpty = onEmpty;
  }

  /** Who comes later gets the last reading at once, and the next as everybody does. */
  add(signal: AbortSignal | undefined): ValueFollower<T> {
    const follower = new ValueFollower<T>(signal, () => this.#leave(follower));
    this.#followers.add(follower);
    if (this.#last !== null) follower.offer(this.#last.value);
    if (signal?.aborted === true) void follower.return();
    this.#readWhenDue();
    return follower;
  }

  /** From here on it is told by `outdate` what was committed: so it may be read. */
  begin(): void {
    this.#hasBegun = true;
    this.#readWhenDue();
  }

  outdate(): void {
    this.#isOutdated = true;
    this.#readWhenDue();
  }

  endWith(code: FeedErrorCode): void {
    this.fail(new FeedError(code, null));
  }

  fail(error: unknown): void {
    for (const follower of [...this.#followers]) follower.fail(error);
  }

  get #isWanted(): boolean {
    return this.#followers.size > 0;
  }

  #readWhenDue(): void {
    if (!this.#hasBegun || !this.#isOutdated || !this.#isWanted) return;
    if (this.#isReading || this.#pause !== null) return;
    const wait = this.#lastAt + this.#runtime.intervalMs - performance.now();
    if (wait <= 0) {
      this.#isReading = true;
      this.#runtime.run(() => this.#read());
      return;
    }
    // What comes meanwhile is in the same reading, which so holds the last of it.
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#readWhenDue();
    }, wait).unref();
  }

  async #read(): Promise<void> {
    const { key } = this.#spec;
    this.#isOutdated = false;
    try {
      const reading = await this.#runtime.retrying(
        `value ${key}`,
        () => this.#isWanted,
        () => this.#spec.read(),
      );
      if (reading.mark !== this.#last?.mark) {
        for (const follower of this.#followers) follower.offer(reading.value);
      }
      this.#last = reading;
      this.#lastAt = performance.now();
      this.#setClock(reading.changesAt);
    } catch (error) {
      if (error instanceof AbandonedError) this.#isOutdated = true;
      else this.fail(error);
    } finally {
      this.#isReading = false;
      this.#readWhenDue();
    }
  }

  #setClock(changesAt: Date | null): void {
    if (this.#clock !== null) clearTimeout(this.#clock);
    this.#clock = null;
    if (changesAt === null || !this.#isWanted) return;
    const wait = Math.min(Math.max(0, changesAt.getTime() - Date.now()), LONGEST_WAIT_MS);
    this.#clock = setTimeout(() => this.outdate(), wait).unref();
  }

  #leave(follower: ValueFollower<T>): void {
    this.#followers.delete(follower);
    if (this.#isWanted) return;
    if (this.#pause !== null) clearTimeout(this.#pause);
    if (this.#clock !== null) clearTimeout(this.#clock);
    this.#pause = null;
    this.#clock = null;
    this.#onEmpty();
  }
}

const DONE = { value: undefined, done: true } as const;

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** One who follows a value. At most one waits for its consumer: the latest. */
export class ValueFollower<T> implements AsyncIterableIterator<T, undefined> {
  readonly #signal: AbortSignal | undefined;
  readonly #onEnd: () => void;
  #latest: { value: T } | null = null;
  #waiters: Waiter<T>[] = [];
  #failure: { error: unknown } | null = null;
  #isOver = false;

  constructor(signal: AbortSignal | undefined, onEnd: () => void) {
    this.#signal = signal;
    this.#onEnd = onEnd;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#latest !== null) {
      const { value } = this.#latest;
      this.#latest = null;
      return Promise.resolve({ value, done: false });
    }
    if (this.#failure !== null) {
      const { error } = this.#failure;
      this.#failure = null;
      return rejected(error);
    }
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => void this.#waiters.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    this.#failure = null;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(DONE);
    return Promise.resolve(DONE);
  }

  throw(error: unknown): Promise<IteratorResult<T, undefined>> {
    void this.return();
    return rejected(error);
  }

  offer(value: T): void {
    if (this.#isOver) return;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#latest = { value };
    else waiter.resolve({ value, done: false });
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    const [first, ...others] = this.#waiters.splice(0);
    if (first === undefined) this.#failure = { error };
    else first.reject(error);
    for (const waiter of others) waiter.resolve(DONE);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#latest = null;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#onEnd();
  }

  readonly #onAbort = (): void => void this.return();
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}
