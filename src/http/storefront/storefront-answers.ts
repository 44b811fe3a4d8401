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

/** What a question is kept by: whose it is, and all of it. */
interface Name {
  readonly organizationId: string;
  readonly name: string;
}

/** Documents are long and few: questions hold their numbers. */
const MOST_DOCUMENTS = 1_000;

/** Public answers: which they are, and those that are kept in memory. */
export class StorefrontAnswers {
  readonly cacheControl: string;
  readonly #cache: AnswerCache | null;
  readonly #keys: AnswerKeys;
  readonly #documents = new LRUCache<string, number>({ max: MOST_DOCUMENTS });
  /** Of what links ask, for whoever asked it last: a new name would be hashed again. */
  readonly #names = new WeakMap<AskedOperation, Name>();
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

  /**
   * The answer to what a link asks, which is the same object each time, where memory has it. Looks at
   * nothing else, and counts no miss.
   */
  recall(caller: Caller, asked: AskedOperation): PublicAnswer | null {
    if (this.#cache === null || !isPublic(caller) || asked.hasExtensions) return null;
    let last = this.#names.get(asked);
    if (last?.organizationId !== caller.organizationId) {
      last = { organizationId: caller.organizationId, name: this.#nameOf(caller, asked) };
      this.#names.set(asked, last);
    }
    return this.#kept(this.#cache, last);
  }

  /** Either the answer from memory, or the question, whose answer `publish` may keep. Null: no public one. */
  find(caller: Caller, asked: AskedOperation): PublicAnswer | Question | null {
    if (!isPublic(caller)) return null;
    if (this.#cache === null || asked.hasExtensions) {
      return { caller, asked, name: null, lease: null };
    }
    const { organizationId } = caller;
    const name = this.#nameOf(caller, asked);
    const answer = this.#kept(this.#cache, { organizationId, name });
    if (answer !== null) return answer;
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

  #kept(cache: AnswerCache, { organizationId, name }: Name): PublicAnswer | null {
    const answer = cache.get(organizationId, name);
    if (answer === undefined) return null;
    this.#hits += 1;
    return answer;
  }

  #nameOf({ organizationId }: Caller, { text, operationName, variables }: AskedOperation): string {
    let document = this.#documents.get(text);
    if (document === undefined) {
      document = this.#documentCount++;
      this.#documents.set(text, document);
    }
    return `${organizationId} ${document} ${operationName ?? ''} ${canonical(variables ?? {})}`;
  }
}

function isPublic({ audience }: Caller): boolean {
  return audience === 'STOREFRONT';
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
