import { FeedError, type FeedErrorCode } from './errors.ts';
import { ItemQueue } from './item-queue.ts';
import type { HubRuntime, Item } from './runtime.ts';

/** What a member needs of its cohort. */
export interface MemberHome<T> {
  readonly runtime: HubRuntime;
  /** A consumer waits, and the member reads the log itself. */
  catchUp(member: Member<T>): void;
  leave(member: Member<T>): void;
  /** Null while the feed has not been read yet. */
  cursorAt(seq: number): string | null;
}

/**
 * `starting`: its place in the feed is being found out. `catching-up`: it reads the log itself, a
 * batch whenever its consumer waits. `joining`: it receives the live batches already, and holds
 * them until the stretch before them is there. `live`: batches go into its queue. `ended`: over.
 */
export type MemberState = 'starting' | 'catching-up' | 'joining' | 'live' | 'ended';

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

const DONE = { value: undefined, done: true } as const;

/** One subscription: the iterator that its consumer reads, and the queue behind it. */
export class Member<T> implements AsyncIterableIterator<T, undefined> {
  readonly #home: MemberHome<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #queue = new ItemQueue<T>();
  /** Calls of `next` that wait; none while the queue holds something. */
  #waiters: Waiter<T>[] = [];
  #held: ReadonlyArray<Item<T>>[] = [];
  #heldSize = 0;
  #queueLimit: number;
  #state: MemberState;
  /** All that is to be delivered up to this seq has been queued or handed out. */
  #position: number;
  #failure: { error: unknown } | null = null;

  /** @param afterSeq null: its place is told by `begin`. */
  constructor(home: MemberHome<T>, afterSeq: number | null, signal: AbortSignal | undefined) {
    this.#home = home;
    this.#state = afterSeq === null ? 'starting' : 'catching-up';
    this.#position = afterSeq ?? 0;
    this.#queueLimit = home.runtime.queueLimit;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get state(): MemberState {
    return this.#state;
  }

  get position(): number {
    return this.#position;
  }

  get isWaiting(): boolean {
    return this.#waiters.length > 0;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const item = this.#queue.shift();
    if (item !== undefined) return Promise.resolve({ value: item.value, done: false });
    if (this.#failure !== null) {
      const { error } = this.#failure;
      this.#failure = null;
      return rejected(error);
    }
    if (this.#state === 'ended') return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (this.#state === 'catching-up') this.#home.catchUp(this);
    });
  }

  /** Leaves, whatever is under way; pending calls of `next` resolve as done. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#end(null);
    this.#failure = null;
    return Promise.resolve(DONE);
  }

  throw(error: unknown): Promise<IteratorResult<T, undefined>> {
    void this.return();
    return rejected(error);
  }

  /** Its place is known. */
  begin(position: number): void {
    this.#position = position;
    this.#state = 'catching-up';
  }

  /** The next stretch of the log, for a member that catches up. */
  accept(items: ReadonlyArray<Item<T>>, through: number): void {
    this.#position = through;
    this.#queue.push(items);
    this.#handOut();
  }

  /** Live batches arrive from here on, and are held. */
  startJoining(): void {
    this.#state = 'joining';
  }

  /** Back to catching up, from where it was; what was held will be read again. */
  cancelJoining(): void {
    this.#dropHeld();
    this.#state = 'catching-up';
  }

  /**
   * Live from here on.
   * @param missing what lies between its place and the first live batch held.
   * @param through where the last live batch ended.
   */
  join(missing: ReadonlyArray<Item<T>>, through: number): void {
    this.#queue.push(missing);
    for (const batch of this.#held) this.#queue.push(batch);
    this.#dropHeld();
    this.#position = Math.max(this.#position, through);
    this.#state = 'live';
    this.#handOut();
    // What it had asked for itself does not make it a slow reader.
    this.#queueLimit = this.#home.runtime.queueLimit + this.#queue.size;
  }

  /** A live batch, which ends at `through` and may begin before this member's place. */
  deliver(items: ReadonlyArray<Item<T>>, through: number): void {
    if (this.#state === 'joining') {
      this.#held.push(items);
      this.#heldSize += items.length;
      if (this.#heldSize > this.#queueLimit) this.cancelJoining();
      return;
    }
    this.#queue.push(newerThan(this.#position, items));
    this.#position = Math.max(this.#position, through);
    this.#handOut();
    if (this.#queue.size > this.#queueLimit) {
      this.#home.runtime.counters.slowReaders += 1;
      this.endWith('FEED_SLOW_READER');
    }
  }

  /** Drops what is queued: the cursor of the error continues after what was handed out. */
  endWith(code: FeedErrorCode): void {
    const resumeAt = (this.#queue.firstSeq ?? this.#position + 1) - 1;
    const cursor = this.#state === 'starting' ? null : this.#home.cursorAt(resumeAt);
    this.fail(new FeedError(code, cursor));
  }

  fail(error: unknown): void {
    this.#end({ error });
  }

  #handOut(): void {
    while (this.#waiters.length > 0) {
      const item = this.#queue.shift();
      if (item === undefined) return;
      this.#waiters.shift()?.resolve({ value: item.value, done: false });
    }
  }

  #end(failure: { error: unknown } | null): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#queue.clear();
    this.#dropHeld();
    const [first, ...others] = this.#waiters;
    this.#waiters = [];
    if (failure === null) first?.resolve(DONE);
    else if (first === undefined) this.#failure = failure;
    else first.reject(failure.error);
    for (const waiter of others) waiter.resolve(DONE);
    this.#home.leave(this);
  }

  #dropHeld(): void {
    this.#held = [];
    this.#heldSize = 0;
  }

  readonly #onAbort = (): void => this.#end(null);
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}

/** Mostly the whole batch, which then is shared and not copied. */
function newerThan<T>(seq: number, items: ReadonlyArray<Item<T>>): ReadonlyArray<Item<T>> {
  const first = items[0];
  return first === undefined || first.seq > seq ? items : items.filter((item) => item.seq > seq);
}
