import { LRUCache } from 'lru-cache';

export interface LookupCacheOptions<Value> {
  /** Asks the source. Null: there is no such thing. */
  readonly load: (key: string) => Promise<Value | null>;
  /** Milliseconds that an answer is good for where no eviction comes first; 0 keeps none. */
  readonly ttlMs: number;
  /** At most so many things that exist, and as many that do not. */
  readonly limit: number;
}

/** How often a look-up starts over because something was evicted while it was under way. */
const MOST_RELOADS = 3;

/**
 * A bounded cache before a look-up, which stays right under eviction: an answer that was read
 * before an eviction is never kept after it, and callers who ask for the same thing together share
 * one look-up. What does not exist is kept apart, so that a flood of invented keys cannot push the
 * real ones out.
 */
export class LookupCache<Value extends object> {
  readonly #keeps: boolean;
  readonly #load: (key: string) => Promise<Value | null>;
  readonly #known: LRUCache<string, Value>;
  readonly #unknown: LRUCache<string, true>;
  readonly #underWay = new Map<string, Promise<Value | null>>();
  #evictions = 0;

  constructor({ load, ttlMs, limit }: LookupCacheOptions<Value>) {
    this.#load = load;
    // lru-cache takes 0 for ever.
    this.#keeps = ttlMs > 0;
    this.#known = new LRUCache({ max: limit, ttl: Math.max(ttlMs, 1) });
    this.#unknown = new LRUCache({ max: limit, ttl: Math.max(ttlMs, 1) });
  }

  /** What is known of it without asking the source. */
  known(key: string): Value | undefined {
    return this.#known.get(key);
  }

  async get(key: string): Promise<Value | null> {
    const known = this.known(key);
    if (known !== undefined) return known;
    if (this.#unknown.has(key)) return null;
    let answer = this.#underWay.get(key);
    if (answer === undefined) {
      answer = this.#lookUp(key).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, answer);
    }
    return await answer;
  }

  /** Forgets the values that match, and everything that was found not to exist. */
  evict(matches: (value: Value) => boolean): void {
    this.#evictions++;
    this.#unknown.clear();
    for (const [key, value] of this.#known.entries()) {
      if (matches(value)) this.#known.delete(key);
    }
  }

  /** How many answers are held: known, and known not to exist. */
  get size(): { known: number; unknown: number } {
    return { known: this.#known.size, unknown: this.#unknown.size };
  }

  async #lookUp(key: string): Promise<Value | null> {
    for (let reloads = 0; ; reloads++) {
      const evictions = this.#evictions;
      const value = await this.#load(key);
      const settled = evictions === this.#evictions;
      if (settled && this.#keeps) this.#keep(key, value);
      if (settled || reloads === MOST_RELOADS) return value;
    }
  }

  #keep(key: string, value: Value | null): void {
    if (value === null) this.#unknown.set(key, true);
    else this.#known.set(key, value);
  }
}
