import { LRUCache } from 'lru-cache';
import type { FeedChanges } from '../../feed/changes.ts';
import type { AdmittedOperation } from '../../graphql/admission/admission.ts';
import type { Caller } from '../../graphql/caller.ts';
import type { Utf8 } from '../../graphql/utf8.ts';
import type { AskedOperation } from '../asked-operation.ts';
import { AnswerCache, type AnswerCacheStats, type Lease } from './answer-cache.ts';
import { AnswerKeys, type FindByExternalId } from './answer-keys.ts';
import { type CachePolicy, cacheControlOf, type PublicAnswer } from './public-answer.ts';

export interface StorefrontOptions {
  readonly policy: CachePolicy;
  /** Bytes of memory for encoded answers, about; 0 keeps none. */
  readonly cacheBytes: number;
  readonly changes: FeedChanges;
  readonly findByExternalId: FindByExternalId;
}

export interface StorefrontStats extends AnswerCacheStats {
  readonly hits: number;
  readonly misses: number;
}

/** A question that may be answered from memory, and the right to keep its answer where it has one. */
export interface Question {
  readonly caller: Caller;
  readonly asked: AskedOperation;
  /** Null where answers are not kept. */
  readonly name: string | null;
  readonly lease: Lease | null;
}

/** Documents are long and few: questions hold their numbers. */
const MOST_DOCUMENTS = 1_000;

/** Public answers: which they are, and those that are kept in memory. */
export class StorefrontAnswers {
  readonly cacheControl: string;
  readonly #cache: AnswerCache | null;
  readonly #keys: AnswerKeys;
  readonly #documents = new LRUCache<string, number>({ max: MOST_DOCUMENTS });
  #documentCount = 0;
  #hits = 0;
  #misses = 0;

  constructor({ policy, cacheBytes, changes, findByExternalId }: StorefrontOptions) {
    this.cacheControl = cacheControlOf(policy);
    this.#cache = cacheBytes > 0 ? new AnswerCache(cacheBytes, changes) : null;
    this.#keys = new AnswerKeys(findByExternalId);
  }

  get stats(): StorefrontStats {
    const { entries, bytes } = this.#cache?.stats ?? { entries: 0, bytes: 0 };
    return { hits: this.#hits, misses: this.#misses, entries, bytes };
  }

  /** Either the answer from memory, or the question, whose answer `publish` may keep. Null: no public one. */
  find(caller: Caller, asked: AskedOperation): PublicAnswer | Question | null {
    if (caller.audience !== 'STOREFRONT') return null;
    const { organizationId } = caller;
    if (this.#cache === null || asked.hasExtensions) {
      return { caller, asked, name: null, lease: null };
    }
    const name = this.#nameOf(asked);
    const answer = this.#cache.get(organizationId, name);
    if (answer !== undefined) {
      this.#hits += 1;
      return answer;
    }
    this.#misses += 1;
    return { caller, asked, name, lease: this.#cache.begin(organizationId) };
  }

  /** What came of a question, where it is public; kept where that is possible. */
  async publish(
    { asked, name, lease }: Question,
    admitted: AdmittedOperation,
    body: Utf8,
  ): Promise<PublicAnswer | null> {
    const keys = await this.#keys.of(admitted);
    if (keys === null || asked.hasExtensions) return null;
    const { operation, cost } = admitted;
    const answer = { body, keys, operation, cost };
    if (name !== null && lease !== null) this.#cache?.keep(lease, name, answer);
    return answer;
  }

  #nameOf({ text, operationName, variables }: AskedOperation): string {
    let document = this.#documents.get(text);
    if (document === undefined) {
      document = this.#documentCount++;
      this.#documents.set(text, document);
    }
    return `${document} ${operationName ?? ''} ${canonical(variables ?? {})}`;
  }
}

/** Equal variables give equal texts, in whatever order they came. */
function canonical(variables: Readonly<Record<string, unknown>>): string {
  const values = Object.values(variables);
  if (values.length === 0) return '';
  // One plain value is in order, and what most documents take.
  if (values.length === 1 && typeof values[0] !== 'object') return JSON.stringify(variables);
  return JSON.stringify(variables, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
