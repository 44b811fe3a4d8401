import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { RequestError } from '../graphql/admission/errors.ts';
import {
  documentHash,
  isDocumentHash,
  type KnownDocuments,
} from '../graphql/admission/known-documents.ts';

/** What a request asks, as far as it can be told without Apollo's reading of it. */
export interface AskedOperation {
  readonly text: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
  /** The hash that fits the text, where the request brought one. */
  readonly hash: string | null;
  /** The request named the document by its hash alone. */
  readonly isByHash: boolean;
  /** What it asks beside the operation. */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Whether there are any, which change the answer. */
  readonly hasExtensions: boolean;
}

/** The parameters of GraphQL over HTTP, from the address or the body. */
export interface Parameters {
  readonly [name: string]: unknown;
}

/**
 * What links ask, by their address: those of a storefront come again and again. An address stands for
 * one question for good, since a hash stands for one text.
 */
export class AskedByLink {
  readonly #documents: KnownDocuments;
  readonly #asked = new LRUCache<string, AskedOperation>({
    maxSize: LINK_CHARACTERS,
    sizeCalculation: (_asked, address) => address.length + 500,
  });

  constructor(documents: KnownDocuments) {
    this.#documents = documents;
  }

  /** What the link asks, where it has been followed before. */
  recall({ url = '' }: IncomingMessage): AskedOperation | undefined {
    return this.#asked.get(url);
  }

  /** As {@link askedOperation}. */
  of(request: IncomingMessage): AskedOperation | null {
    const known = this.recall(request);
    if (known !== undefined) return known;
    const asked = askedOperation(parametersOf(request), this.#documents);
    if (asked !== null) this.#asked.set(request.url ?? '', asked);
    return asked;
  }
}

const LINK_CHARACTERS = 4 * 1024 * 1024;
const DOCUMENT_ID = /^sha256:([0-9a-f]{64})$/;

/** Of a GET, those that are JSON parsed; null where one is not well-formed. */
export function parametersOf({ url = '' }: IncomingMessage): Parameters | null {
  const start = url.indexOf('?');
  const search = new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of search) {
    if (name in parameters) return null;
    parameters[name] = value;
  }
  try {
    for (const name of ['variables', 'extensions']) {
      const value = parameters[name];
      if (typeof value === 'string') parameters[name] = value === '' ? null : JSON.parse(value);
    }
  } catch {
    return null;
  }
  return parameters;
}

/**
 * Null for what is not as it should be: that is Apollo's to refuse.
 * @throws RequestError PERSISTED_QUERY_NOT_FOUND for a hash that stands for nothing yet,
 * BAD_REQUEST for one that is malformed or does not fit its text.
 */
export function askedOperation(
  parameters: unknown,
  documents: KnownDocuments,
): AskedOperation | null {
  if (!isRecord(parameters)) return null;
  const { query, operationName, variables, extensions } = parameters;
  if (query != null && typeof query !== 'string') return null;
  if (operationName != null && typeof operationName !== 'string') return null;
  if (variables != null && !isRecord(variables)) return null;
  if (extensions != null && !isRecord(extensions)) return null;
  const hash = hashOf(parameters['documentId'], extensions?.['persistedQuery']);
  if (!query && hash === null) return null;
  if (query && hash !== null && documentHash(query) !== hash) {
    throw new RequestError('BAD_REQUEST', 'provided sha does not match query');
  }
  const { persistedQuery: _hash, ...others } = extensions ?? {};
  return {
    text: query || documents.text(hash ?? ''),
    operationName: operationName || null,
    variables: variables ?? null,
    hash,
    isByHash: !query,
    extensions: others,
    hasExtensions: Object.keys(others).length > 0,
  };
}

/** The request as it would be with the text in the place of its hash. */
export function withText(
  request: IncomingMessage,
  body: unknown,
  { text, operationName, variables }: AskedOperation,
): { search: string } | { body: unknown } {
  const parameters = request.method === 'GET' ? parametersOf(request) : body;
  const { extensions: all } = parameters as {
    extensions?: Readonly<Record<string, unknown>> | null;
  };
  const { persistedQuery: _hash, ...extensions } = all ?? {};
  if (request.method !== 'GET') return { body: { ...(body as object), query: text, extensions } };
  const search = new URLSearchParams({
    query: text,
    ...(operationName !== null && { operationName }),
    ...(variables !== null && { variables: JSON.stringify(variables) }),
    extensions: JSON.stringify(extensions),
  });
  return { search: `?${search.toString()}` };
}

function hashOf(documentId: unknown, persistedQuery: unknown): string | null {
  if (documentId != null) {
    const hash = typeof documentId === 'string' && DOCUMENT_ID.exec(documentId)?.[1];
    if (!hash) throw malformed('`documentId` is "sha256:" and 64 hexadecimal digits, lower case.');
    return hash;
  }
  if (persistedQuery == null) return null;
  const { version, sha256Hash } = isRecord(persistedQuery) ? persistedQuery : {};
  if (version !== 1 || !isDocumentHash(sha256Hash)) {
    throw malformed('`persistedQuery` has version 1, and a sha256Hash of 64 hexadecimal digits.');
  }
  return sha256Hash;
}

function malformed(message: string): RequestError {
  return new RequestError('BAD_REQUEST', message);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
