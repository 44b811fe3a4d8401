import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';
import { REQUEST_ID_HEADER } from './request-id.ts';

/** Pages set a policy of their own. HSTS is for whoever ends TLS, which this server does not. */
const COMMON = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  crossOriginResourcePolicy: { policy: 'cross-origin' as const },
  strictTransportSecurity: false,
};

/**
 * Names and values in turn, as `writeHead` takes them: they are the same for all answers, and what is
 * answered from memory would spend more time on setting them than on anything else.
 */
const OF_PAGES: readonly string[] = headersBy(COMMON);

/** For GraphQL's answers over HTTP: without those that browsers heed in documents alone. */
const OF_DATA: readonly string[] = headersBy({
  ...COMMON,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

/** What an answer of data carries, as a list for `writeHead`. */
export function dataHeaders(requestId: string): string[] {
  return [REQUEST_ID_HEADER, requestId, ...OF_DATA];
}

export function setDataHeaders(response: ServerResponse, requestId: string): void {
  setHeaders(response, requestId, OF_DATA);
}

/** What all answers carry that are not GraphQL's over HTTP: pages are among them. */
export function setPageHeaders(response: ServerResponse, requestId: string): void {
  setHeaders(response, requestId, OF_PAGES);
}

function setHeaders(
  response: ServerResponse,
  requestId: string,
  protection: readonly string[],
): void {
  response.setHeader(REQUEST_ID_HEADER, requestId);
  for (let i = 0; i < protection.length; i += 2) {
    response.setHeader(protection[i] as string, protection[i + 1] as string);
  }
}

function headersBy(options: HelmetOptions): string[] {
  const headers: string[] = [];
  const response = {
    setHeader: (name: string, value: string) => void headers.push(name, value),
    removeHeader: () => undefined,
  };
  const protect = helmet(options);
  protect({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}
