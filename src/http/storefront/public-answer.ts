import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PreparedOperation } from '../../graphql/admission/prepared-document.ts';
import type { Utf8 } from '../../graphql/utf8.ts';

/** How long others may keep public answers, in seconds. */
export interface CachePolicy {
  readonly maxAge: number;
  /** For shared caches, where they are purged by surrogate keys; null: as `maxAge`. */
  readonly sharedMaxAge: number | null;
  readonly staleWhileRevalidate: number;
}

/** An answer that anybody with a publishable key of the organization may see. */
export interface PublicAnswer {
  readonly body: Utf8;
  /** What it depends on, the organization first. */
  readonly keys: readonly string[];
  readonly operation: PreparedOperation;
  /** Points that it costs each time, also where it is answered from memory. */
  readonly cost: number;
}

/**
 * What in a request decides the answer beside its address: the key says the organization, and which
 * origins may read it.
 */
const VARY = 'Authorization, Antiphon-Organization, Accept, Origin';

export function cacheControlOf(policy: CachePolicy): string {
  const { maxAge, sharedMaxAge, staleWhileRevalidate } = policy;
  // Shared caches keep what was asked with `Authorization` only where they are told so:
  // https://www.rfc-editor.org/rfc/rfc9111#section-3.5
  const directives = ['public', `max-age=${maxAge}`];
  if (sharedMaxAge !== null) directives.push(`s-maxage=${sharedMaxAge}`);
  if (staleWhileRevalidate > 0) {
    directives.push(`stale-while-revalidate=${staleWhileRevalidate}`);
  }
  return directives.join(', ');
}

/** What caches have to know of an answer, for as long as that is kept here. */
interface Validity {
  readonly etag: string;
  /** Names and values in turn, as `writeHead` takes them. */
  readonly headers: readonly string[];
}

const validities = new WeakMap<PublicAnswer, Validity>();

function validityOf(answer: PublicAnswer): Validity {
  let validity = validities.get(answer);
  if (validity === undefined) {
    const { body, keys } = answer;
    // Weak, because the same bytes go out under both of GraphQL's media types.
    const etag = `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
    const surrogateKeys = ['surrogate-key', keys.join(' '), 'cache-tag', keys.join(',')];
    validity = { etag, headers: ['vary', VARY, 'etag', etag, ...surrogateKeys] };
    validities.set(answer, validity);
  }
  return validity;
}

/**
 * Answers a GET with what caches have to know; 304 without a body where the client has it already.
 * Answers to a POST are kept by nobody, since their address does not say what was asked.
 */
export function sendPublicAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: PublicAnswer,
  how: { contentType: string; cacheControl: string; headers: string[] },
): void {
  const { body } = answer;
  const { headers } = how;
  const content = [
    ...['content-type', `${how.contentType}; charset=utf-8`],
    ...['content-length', String(body.length)],
  ];
  if (request.method !== 'GET') {
    headers.push(...content, 'cache-control', 'no-store');
    // As a string it goes out in one piece with the headers; a byte of Latin-1 is one of UTF-8 here.
    response.writeHead(200, headers).end(body, 'latin1');
    return;
  }
  const validity = validityOf(answer);
  headers.push('cache-control', how.cacheControl, ...validity.headers);
  if (hasOne(request.headers['if-none-match'], validity.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  headers.push(...content);
  response.writeHead(200, headers).end(body, 'latin1');
}

/** Weak comparison, as RFC 9110 has it for `If-None-Match`. */
function hasOne(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = etag.slice(2);
  return ifNoneMatch
    .split(',')
    .map((each) => each.trim())
    .some((each) => each === '*' || each.replace(/^W\//, '') === opaque);
}
