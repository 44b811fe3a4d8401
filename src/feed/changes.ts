import { performance } from 'node:perf_hooks';
import type { Database, DatabaseLogger } from '../db/database.ts';
import { type UnitOutcome, type UnitOfWork, watchUnits } from '../db/unit-of-work.ts';
import { type NewFeedEvent, writtenEvents } from './events.ts';
import { lastSeqs } from './log.ts';
import { FollowedChanges } from './followed-changes.ts';
import type { WakeUp } from './wakeup.ts';

export interface FeedChangesOptions {
  readonly db: Database;
  readonly wakeUp: WakeUp;
  readonly logger: DatabaseLogger;
  /** How long a lost wake-up may go unnoticed, in milliseconds. */
  readonly pollIntervalMs: number;
}

/** Told of what was committed; with null, anything may have changed. Must not throw. */
export type OnChange = (organizationId: string, events: readonly NewFeedEvent[] | null) => void;

/**
 * Tells whoever keeps something that was read from the database when it may have changed.
 *
 * Commits of this process are told before their callers are told that they have committed; those of
 * others when a wake-up comes, or at the next poll. A unit of work that ends without events (the
 * second use of an idempotency key, say) waits until all that is committed has been told, so that
 * nobody hears of success and then reads what was before it.
 */
export class FeedChanges {
  readonly #options: FeedChangesOptions;
  readonly #followed = new Map<string, FollowedChanges>();
  readonly #stopWatching: () => void;
  #stopListening: Promise<() => Promise<void>> | null = null;
  #onChange: OnChange = () => undefined;
  #isWanted: (organizationId: string) => boolean = () => true;
  #timer: NodeJS.Timeout | null = null;
  #polling: Promise<void> | null = null;
  #closed = false;

  constructor(options: FeedChangesOptions) {
    this.#options = options;
    this.#stopWatching = watchUnits(options.db, (uow, outcome) => this.#unitEnded(uow, outcome));
  }

  /** @param isWanted asked now and then, whether an organization is to be followed any longer */
  tell(onChange: OnChange, isWanted: (organizationId: string) => boolean): void {
    this.#onChange = onChange;
    this.#isWanted = isWanted;
  }

  /** Null while it is not known where the organization's feed stands, which is then found out. */
  of(organizationId: string): FollowedChanges | null {
    const known = this.#followed.get(organizationId);
    if (known !== undefined) return known.isCurrent ? known : null;
    if (!this.#closed) this.#follow(organizationId);
    return null;
  }

  /** What is known of an organization, which may be nothing; asks for nothing. */
  known(organizationId: string): FollowedChanges | null {
    const known = this.#followed.get(organizationId);
    return known?.isCurrent === true ? known : null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatching();
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const followed of [...this.#followed.values()]) followed.forget();
    await this.#polling;
    await this.#stopListening?.then((stop) => stop());
  }

  #follow(organizationId: string): void {
    const { db, logger, pollIntervalMs } = this.#options;
    const followed = new FollowedChanges({
      db,
      logger,
      organizationId,
      // Two polls may pass, one of them failing, before what is known counts as old.
      maxSilenceMs: 2 * pollIntervalMs,
      onChange: (events) => this.#onChange(organizationId, events),
      onForget: () => {
        if (this.#followed.get(organizationId) !== followed) return;
        this.#followed.delete(organizationId);
      },
    });
    this.#followed.set(organizationId, followed);
    // Without wake-ups there is polling: what is kept meanwhile is bounded by that alone.
    this.#stopListening ??= this.#listen();
    void followed.start();
    this.#schedulePoll();
  }

  async #unitEnded(uow: UnitOfWork, outcome: UnitOutcome): Promise<void> {
    const followed = this.#followed.get(uow.organizationId);
    if (followed === undefined) return;
    const told = writtenEvents(uow);
    if (outcome === 'unknown') followed.forget();
    else if (told === undefined) await followed.catchUp();
    else followed.committed(told);
  }

  async #listen(): Promise<() => Promise<void>> {
    try {
      return await this.#options.wakeUp.subscribe((organizationId) => {
        if (organizationId === null) void this.#poll();
        else void this.#followed.get(organizationId)?.catchUp();
      });
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'wake-ups of the feed cannot be heard');
      this.#stopListening = null;
      return async () => undefined;
    }
  }

  #schedulePoll(): void {
    if (this.#timer !== null || this.#closed || this.#followed.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#poll();
    }, this.#options.pollIntervalMs);
    this.#timer.unref();
  }

  #poll(): Promise<void> {
    this.#polling ??= this.#lookAtAll()
      .catch((error: unknown) => {
        this.#options.logger.warn({ err: error }, 'the feeds could not be polled');
      })
      .finally(() => {
        this.#polling = null;
        this.#schedulePoll();
      });
    return this.#polling;
  }

  /** One statement for all that are followed. */
  async #lookAtAll(): Promise<void> {
    for (const [organizationId, followed] of this.#followed) {
      if (!this.#isWanted(organizationId)) followed.forget();
    }
    const followed = [...this.#followed.values()];
    if (followed.length === 0) return;
    const startedAt = performance.now();
    const before = new Map(followed.map((each) => [each.organizationId, each.seq]));
    for (const { organizationId, lastSeq } of await lastSeqs(this.#options.db, [
      ...before.keys(),
    ])) {
      this.#followed.get(organizationId)?.saw(lastSeq, before.get(organizationId), startedAt);
    }
  }
}
