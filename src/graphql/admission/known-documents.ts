import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { RequestError } from './errors.ts';

export interface KnownDocumentsOptions {
  /** Texts that are known from the start, and for good. */
  readonly trusted: Iterable<string>;
  /** Bytes of memory that texts may take that clients have sent. */
  readonly maxBytes: number;
}

/** A SHA-256 in lower-case hexadecimal digits names a document. */
const HASH = /^[0-9a-f]{64}$/;

/**
 * Documents that a client may name by their hash, instead of sending them: those that are trusted,
 * and those that some client has sent with it of late.
 */
export class KnownDocuments {
  readonly #trusted: ReadonlyMap<string, string>;
  readonly #registered: LRUCache<string, string>;

  constructor({ trusted, maxBytes }: KnownDocumentsOptions) {
    this.#trusted = new Map([...trusted].map((text) => [documentHash(text), text]));
    this.#registered = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (text, name) => 2 * (text.length + name.length) + 100,
    });
  }

  /** @throws RequestError PERSISTED_QUERY_NOT_FOUND, upon which clients send the text as well. */
  text(name: string): string {
    const text = this.#trusted.get(name) ?? this.#registered.get(name);
    if (text !== undefined) return text;
    // Clients of persisted queries look for this very message.
    throw new RequestError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  }

  /** Only for a document that admission has let in, by the hash that fits it. */
  register(name: string, text: string): void {
    if (!this.#trusted.has(name)) this.#registered.set(name, text);
  }
}

export function documentHash(text: string): string {
  return hash('sha256', text, 'hex');
}

export function isDocumentHash(name: unknown): name is string {
  return typeof name === 'string' && HASH.test(name);
}
