import { dataOf } from './answer.ts';
import { authorizationOf, baseOf, type ConnectionOptions } from './connection.ts';
import type { RequestDocument } from './document.ts';
import { NetworkError, TimeoutError } from './errors.ts';
import { type RetryOptions, withRetries } from './retry.ts';

export interface RequestClientOptions extends ConnectionOptions {
  /** For one attempt, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** Queries are sent again, and mutations that carry an idempotency key. */
  readonly retry?: RetryOptions | undefined;
  /** How queries are sent; mutations are always posted. Default POST. */
  readonly method?: 'GET' | 'POST' | undefined;
}

export interface RequestOptions {
  /** Ends the request; what it was aborted with is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** For one attempt, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: RetryOptions | undefined;
}

/** Sends documents. What it knows of GraphQL is that there is one endpoint. */
export interface RequestClient {
  /**
   * @throws AntiphonError, of the class that says what happened
   */
  request<Result, Variables extends object>(
    document: RequestDocument<Result, Variables>,
    variables: NoInfer<Variables>,
    options?: RequestOptions,
  ): Promise<Result>;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

type AnyDocument = RequestDocument<unknown, never>;

export function createRequestClient(client: RequestClientOptions): RequestClient {
  return {
    request<Result>(document: AnyDocument, variables: object, options: RequestOptions = {}) {
      const send = () => sendOnce(client, document, variables, options) as Promise<Result>;
      if (!mayRepeat(document, variables)) return send();
      return withRetries(send, { ...client.retry, ...options.retry }, options.signal);
    },
  };
}

/** A mutation may have been carried out although no answer came; only its key makes twice once. */
function mayRepeat({ kind }: AnyDocument, variables: object): boolean {
  if (kind === 'query') return true;
  const { input } = variables as { input?: { idempotencyKey?: unknown } };
  return typeof input?.idempotencyKey === 'string';
}

async function sendOnce(
  client: RequestClientOptions,
  document: AnyDocument,
  variables: object,
  { signal, timeoutMs = client.timeoutMs ?? DEFAULT_TIMEOUT_MS }: RequestOptions,
): Promise<unknown> {
  const authorization = await authorizationOf(client.key);
  const { url, ...request } = httpRequest(client, document, variables);
  const headers = { accept: ACCEPT, ...request.headers, ...client.headers, authorization };
  const timeout = AbortSignal.timeout(timeoutMs);
  const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let response: Response;
  let body: string;
  try {
    response = await (client.fetch ?? fetch)(url, { ...request, headers, signal: both });
    body = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const server = baseOf(client.url);
    if (timeout.aborted) throw new TimeoutError(`${server} did not answer in ${timeoutMs} ms.`);
    throw new NetworkError(`There is no answer from ${server}.`, null, { cause });
  }
  return dataOf(response, body);
}

interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function httpRequest(
  { url, method }: RequestClientOptions,
  { kind, name, text }: AnyDocument,
  variables: object,
): HttpRequest {
  const endpoint = `${baseOf(url)}/graphql`;
  if (method === 'GET' && kind === 'query') {
    const query = { query: text, operationName: name, variables: JSON.stringify(variables) };
    return {
      url: `${endpoint}?${new URLSearchParams(query).toString()}`,
      method,
      // Servers refuse a GET that any page could make a browser send.
      headers: { 'apollo-require-preflight': 'true' },
    };
  }
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, operationName: name, variables }),
  };
}
