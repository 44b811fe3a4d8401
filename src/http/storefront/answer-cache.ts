import { LRUCache } from 'lru-cache';
import type { FeedChanges } from '../../feed/changes.ts';
import type { NewFeedEvent } from '../../feed/events.ts';
import type { FollowedChanges } from '../../feed/followed-changes.ts';
import type { PublicAnswer } from './public-answer.ts';
import { keysOutdatedBy, organizationKey } from '../../graphql/surrogate-keys.ts';

/** What was read before a change is not kept after it: taken before an answer is worked out. */
export interface Lease {
  readonly followed: FollowedChanges;
  readonly generation: number;
}

export interface AnswerCacheStats {
  readonly entries: number;
  readonly bytes: number;
}

/** What an entry takes beside the bytes of its answer and its name, about. */
const ENTRY_BYTES = 600;
const KEY_BYTES = 100;
/** One answer may take this part of the memory. */
const LARGEST_PART = 1 / 8;

/**
 * Encoded answers by organization and question. What a change makes outdated is thrown away before
 * whoever made the change, on this process, is told that it has been made; see FeedChanges.
 */
export class AnswerCache {
  readonly #changes: FeedChanges;
  readonly #answers: LRUCache<string, PublicAnswer>;
  /** Surrogate key → names of the answers that carry it. */
  readonly #byKey = new Map<string, Set<string>>();

  constructor(maxBytes: number, changes: FeedChanges) {
    this.#changes = changes;
    this.#answers = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.max(1, Math.floor(maxBytes * LARGEST_PART)),
      sizeCalculation: ({ body, keys }, name) =>
        ENTRY_BYTES + body.length + 2 * name.length + KEY_BYTES * keys.length,
      // Also for one that is replaced: its successor is entered after this.
      dispose: ({ keys }, name) => this.#removeFromIndex(keys, name),
    });
    changes.tell(
      (organizationId, events) => this.#outdate(organizationId, events),
      (organizationId) => this.#byKey.has(organizationKey(organizationId)),
    );
  }

  get stats(): AnswerCacheStats {
    return { entries: this.#answers.size, bytes: this.#answers.calculatedSize };
  }

  /** @param name of the question, with the organization in it */
  get(organizationId: string, name: string): PublicAnswer | undefined {
    // What nobody has looked after for too long is not answered with, though it may be right.
    if (this.#changes.known(organizationId) === null) return undefined;
    return this.#answers.get(name);
  }

  /** Null where an answer that is begun now could not be kept. */
  begin(organizationId: string): Lease | null {
    const followed = this.#changes.of(organizationId);
    return followed && { followed, generation: followed.generation };
  }

  /** Keeps the answer under the name, which has the organization in it, unless something has changed since the lease was taken. */
  keep({ followed, generation }: Lease, name: string, answer: PublicAnswer): void {
    if (!followed.isCurrent || followed.generation !== generation) return;
    this.#answers.set(name, answer);
    if (this.#answers.has(name)) this.#addToIndex(answer.keys, name);
  }

  #outdate(organizationId: string, events: readonly NewFeedEvent[] | null): void {
    if (events === null) this.#drop(organizationKey(organizationId));
    // Mostly there is nothing of the organization, and an import has many events.
    if (!this.#byKey.has(organizationKey(organizationId))) return;
    for (const event of events ?? []) {
      for (const key of keysOutdatedBy(organizationId, event)) this.#drop(key);
    }
  }

  #drop(key: string): void {
    for (const name of [...(this.#byKey.get(key) ?? [])]) this.#answers.delete(name);
  }

  #addToIndex(keys: readonly string[], name: string): void {
    for (const key of keys) {
      const names = this.#byKey.get(key);
      if (names) names.add(name);
      else this.#byKey.set(key, new Set([name]));
    }
  }

  #removeFromIndex(keys: readonly string[], name: string): void {
    for (const key of keys) {
      const names = this.#byKey.get(key);
      if (!names?.delete(name)) continue;
      if (names.size === 0) this.#byKey.delete(key);
    }
  }
}
