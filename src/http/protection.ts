import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';
import { REQUEST_ID_HEADER } from './request-id.ts';

/** Pages set a policy of their own. HSTS is for whoever ends TLS, which this server does not. */
const protectOne = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  strictTransportSecurity: false,
});

/**
 * Names and values in turn, as `writeHead` takes them: they are the same for all answers, and what is
 * answered from memory would spend more time on setting them than on anything else.
 */
const PROTECTION: readonly string[] = protectionHeaders();

/** The same as a list for `writeHead`. */
export function commonHeaders(requestId: string): string[] {
  return [REQUEST_ID_HEADER, requestId, ...PROTECTION];
}

/** What every answer carries. */
export function setCommonHeaders(response: ServerResponse, requestId: string): void {
  response.setHeader(REQUEST_ID_HEADER, requestId);
  for (let i = 0; i < PROTECTION.length; i += 2) {
    response.setHeader(PROTECTION[i] as string, PROTECTION[i + 1] as string);
  }
}

function protectionHeaders(): string[] {
  const headers: string[] = [];
  const response = {
    setHeader: (name: string, value: string) => void headers.push(name, value),
    removeHeader: () => undefined,
  };
  protectOne({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}
