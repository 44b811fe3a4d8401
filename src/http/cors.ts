import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import { REQUEST_ID_HEADER } from './request-id.ts';

const EXPOSED_HEADERS = [
  REQUEST_ID_HEADER,
  'etag',
  'retry-after',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
];

/**
 * A preflight cannot carry the key, and so not say whose origins count: it allows what any key may
 * do. Which origins a key may be used from is decided when the request itself comes.
 */
const preflight = cors({
  origin: '*',
  methods: ['GET', 'POST'],
  allowedHeaders: [
    'authorization',
    'content-type',
    'accept',
    'if-none-match',
    'antiphon-organization',
    'apollo-require-preflight',
    'apollographql-client-name',
    'apollographql-client-version',
    'x-apollo-operation-name',
    REQUEST_ID_HEADER,
  ],
  maxAge: 3_600,
});

/** No cookies and no credentials of the browser are involved, so any page may read what the key may. */
const anyOrigin = cors({ origin: '*', exposedHeaders: EXPOSED_HEADERS });

export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  preflight(request, response, () => response.end());
}

/** Lets the page that sent the request read the answer. */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  origins: readonly string[] | null,
): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  // The gate has let in only origins that the key names, so the one that came is one of those.
  const allow = origins === null ? anyOrigin : cors({ origin, exposedHeaders: EXPOSED_HEADERS });
  allow(request, response, () => undefined);
}

/** Lets any page read why there was no answer: without a good key there is nothing to protect. */
export function allowAnyOrigin(request: IncomingMessage, response: ServerResponse): void {
  allowOrigin(request, response, null);
}
