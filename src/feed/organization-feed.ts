import { Cohort } from './cohort.ts';
import { assertContinues, CursorError, encodeCursor, type FeedHead } from './cursor.ts';
import type { FeedErrorCode } from './errors.ts';
import type { FeedEvent, FeedEventKind } from './events.ts';
import { feedHead, readPage, type FeedPage } from './log.ts';
import { AbandonedError, withRetry } from './retry.ts';
import type { CohortSpec, HubRuntime } from './runtime.ts';

/** What the feed holds of some kinds after a place, up to `through`. */
export interface Stretch {
  readonly events: readonly FeedEvent[];
  readonly through: number;
  /** There was nothing more when it was read. */
  readonly isLast: boolean;
}

/** Batches kept in memory, for cohorts that are slower than the fastest. */
const WINDOW_BATCHES = 8;
/** A read looks this many batches far where most events are of other kinds. */
const SPAN_BATCHES = 50;

/**
 * One organization's feed as this process follows it: new events are read once for all cohorts,
 * and only when some cohort has used up what is there. A cohort that falls out of the window
 * reads for itself.
 */
export class OrganizationFeed {
  readonly organizationId: string;
  readonly #runtime: HubRuntime;
  readonly #onEmpty: () => void;
  readonly #cohorts = new Map<string, Cohort<unknown>>();
  /** The last events up to the head, of all kinds, without a hole. */
  #window: FeedEvent[] = [];
  #head = 0;
  #epoch: string | null = null;
  /** There may be events after the head. */
  #isStale = true;
  #isReading = false;
  #headRead: Promise<FeedHead> | null = null;

  constructor(runtime: HubRuntime, organizationId: string, onEmpty: () => void) {
    this.#runtime = runtime;
    this.organizationId = organizationId;
    this.#onEmpty = onEmpty;
  }

  get cohorts(): Iterable<Cohort<unknown>> {
    return this.#cohorts.values();
  }

  /** The last event read live. */
  get head(): number {
    return this.#head;
  }

  /** Somebody is live; those who catch up read for themselves. */
  get isFollowed(): boolean {
    return this.#someCohort((cohort) => cohort.isActive);
  }

  /** A cohort's key stands for the type of what it delivers, too. */
  cohort<T>(spec: CohortSpec<T>): Cohort<T> {
    const known = this.#cohorts.get(spec.key) as Cohort<T> | undefined;
    if (known !== undefined) return known;
    const cohort = new Cohort<T>(this.#runtime, this, spec);
    this.#cohorts.set(spec.key, cohort);
    return cohort;
  }

  remove<T>(cohort: Cohort<T>): void {
    if (this.#cohorts.get(cohort.key) !== cohort) return;
    this.#cohorts.delete(cohort.key);
    if (this.#cohorts.size === 0) this.#onEmpty();
  }

  endAll(code: FeedErrorCode): void {
    for (const cohort of [...this.cohorts]) {
      for (const member of [...cohort.members]) member.endWith(code);
    }
  }

  cursorAt(seq: number): string | null {
    if (this.#epoch === null) return null;
    return encodeCursor({ organizationId: this.organizationId, epoch: this.#epoch, seq });
  }

  /** There may be new events. */
  wake(): void {
    this.#isStale = true;
    this.advance();
  }

  /** A look at the database has found the feed to have come so far. */
  notice(lastSeq: number): void {
    if (lastSeq > this.#head) this.wake();
  }

  /** Before a cohort begins to follow live from `position`. */
  startFollowing(position: number): void {
    if (this.isFollowed) return;
    this.#head = position;
    this.#window = [];
    this.#isStale = true;
  }

  /** Reads on, if there may be something and a cohort has come to the head. */
  advance(): void {
    if (this.#isReading || !this.#isStale || !this.#isWanted()) return;
    this.#isReading = true;
    this.#runtime.run(() => this.#readOn());
  }

  /** What is in memory after a place, without waiting; null where that is no longer all. */
  recentAfter(afterSeq: number, kinds: readonly FeedEventKind[]): Stretch | null {
    if (afterSeq >= this.#head) return { events: [], through: afterSeq, isLast: true };
    const start = afterSeq - (this.#head - this.#window.length);
    if (start < 0 || !this.isFollowed) return null;
    const recent = this.#window.slice(start, start + this.#runtime.batchSize);
    const through = afterSeq + recent.length;
    const events = recent.filter(({ kind }) => kinds.includes(kind));
    return { events, through, isLast: through === this.#head };
  }

  /**
   * From memory or from the database.
   * @throws CursorError where the feed does not hold all that comes after `afterSeq`.
   */
  async stretchAfter(
    afterSeq: number,
    kinds: readonly FeedEventKind[],
    wanted: () => boolean,
  ): Promise<Stretch> {
    // At the head, or beyond, memory has nothing to say: some cohort may be further already.
    const recent = afterSeq < this.#head ? this.recentAfter(afterSeq, kinds) : null;
    if (recent !== null) return recent;
    this.#runtime.counters.catchUpReads += 1;
    const { events, through, head } = await this.#read(afterSeq, kinds, wanted);
    return { events, through, isLast: through >= head.lastSeq };
  }

  /** Where the feed stands now. Calls of the same moment share one read, which begins after them. */
  readHead(): Promise<FeedHead> {
    const wanted = (): boolean => this.#cohorts.size > 0;
    this.#headRead ??= this.#retrying(wanted, async () => {
      // The others of this moment are in; whoever calls from here on wants a later head.
      await Promise.resolve();
      this.#headRead = null;
      const head = await feedHead(this.#runtime.db, this.organizationId);
      this.#checkEpoch(head);
      return head;
    });
    return this.#headRead;
  }

  async #readOn(): Promise<void> {
    let failure: unknown = null;
    try {
      while (this.#isStale && this.#isWanted()) {
        this.#isStale = false;
        const after = this.#head;
        this.#runtime.counters.liveReads += 1;
        const page = await this.#read(after, null, () => this.isFollowed);
        // Meanwhile everybody may have left, and somebody else begun elsewhere.
        if (this.#head !== after) continue;
        this.#append(page);
        for (const cohort of this.cohorts) cohort.pump();
      }
    } catch (error) {
      failure = error;
    }
    this.#isReading = false;
    if (failure === null) return;
    this.#isStale = true;
    if (failure instanceof AbandonedError) this.advance();
    else for (const cohort of [...this.cohorts]) cohort.failLive(failure);
  }

  #append({ events, through, head }: FeedPage): void {
    this.#window.push(...events);
    const excess = this.#window.length - WINDOW_BATCHES * this.#runtime.batchSize;
    if (excess > 0) this.#window.splice(0, excess);
    this.#head = through;
    if (through < head.lastSeq) this.#isStale = true;
  }

  #isWanted(): boolean {
    return this.#someCohort((cohort) => cohort.isActive && cohort.position >= this.#head);
  }

  #someCohort(test: (cohort: Cohort<unknown>) => boolean): boolean {
    for (const cohort of this.cohorts) if (test(cohort)) return true;
    return false;
  }

  async #read(
    afterSeq: number,
    kinds: readonly FeedEventKind[] | null,
    wanted: () => boolean,
  ): Promise<FeedPage> {
    const { db, batchSize } = this.#runtime;
    const range = { afterSeq, kinds, limit: batchSize, span: SPAN_BATCHES * batchSize };
    const page = await this.#retrying(wanted, () => readPage(db, this.organizationId, range));
    this.#checkEpoch(page.head);
    assertContinues(afterSeq, page.head);
    return page;
  }

  #retrying<R>(wanted: () => boolean, attempt: () => Promise<R>): Promise<R> {
    const { logger, signal } = this.#runtime;
    return withRetry({ what: `feed of ${this.organizationId}`, wanted, signal, logger }, attempt);
  }

  /** Numbers of another epoch mean other events: nobody can go on. */
  #checkEpoch({ epoch }: FeedHead): void {
    this.#epoch ??= epoch;
    if (this.#epoch === epoch) return;
    const error = new CursorError('FEED_CURSOR_EPOCH');
    for (const cohort of [...this.cohorts]) {
      for (const member of [...cohort.members]) member.fail(error);
    }
    throw error;
  }
}
