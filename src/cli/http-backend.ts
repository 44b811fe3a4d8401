import type { Backend } from './backend.ts';
import { usageError } from './exit-codes.ts';
import { dataOf, noConnection, noGraphQL } from './graphql-request.ts';
import type { Answer, Variables } from './graphql-request.ts';

export interface HttpTarget {
  /** Of the server, such as `http://127.0.0.1:4000`, or of its GraphQL endpoint. */
  readonly url: string;
  /** An API key, or the operator token of this machine's server. */
  readonly token: string;
  /** The slug; only an operator token needs it, since a key has its organization. */
  readonly organization: string | null;
}

/** The longest that a server may take for one request: a batch of an import included. */
const TIMEOUT_MS = 120_000;

/** Speaks GraphQL with a server. */
export function httpBackend({ url, token, organization }: HttpTarget): Backend {
  const endpoint = endpointOf(url);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
    authorization: `Bearer ${token}`,
    ...(organization !== null && { 'antiphon-organization': organization }),
  };
  return {
    description: endpoint.href,
    async execute<Data>(query: string, variables: Variables = {}): Promise<Data> {
      const body = JSON.stringify({ query, variables });
      return dataOf<Data>(await post(endpoint, headers, body));
    },
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function post(endpoint: URL, headers: Record<string, string>, body: string): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    response = await fetch(endpoint, { method: 'POST', headers, body, signal });
    text = await response.text();
  } catch (error) {
    throw noConnection(`There is no answer from ${endpoint.href}: ${reasonOf(error)}.`, error);
  }
  const answer = parseAnswer(text);
  if (answer !== null) return answer;
  const { status, statusText, headers: answered } = response;
  const message = `${endpoint.href} answered ${status} ${statusText}, and not GraphQL.`;
  throw noGraphQL(message, status, retryAfterMs(answered.get('retry-after')));
}

function endpointOf(url: string): URL {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw usageError(`--url has to be an address such as http://127.0.0.1:4000, and is "${url}".`);
  }
  const endpoint = new URL(url);
  if (endpoint.pathname === '/') endpoint.pathname = '/graphql';
  return endpoint;
}

function parseAnswer(text: string): Answer | null {
  try {
    const answer = JSON.parse(text) as unknown;
    if (typeof answer !== 'object' || answer === null) return null;
    return 'data' in answer || 'errors' in answer ? (answer as Answer) : null;
  } catch {
    return null;
  }
}

/** fetch says only "fetch failed"; its cause says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = (cause as NodeJS.ErrnoException).code;
  return cause.message || code || cause.name;
}

/** Seconds, or a date. */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
