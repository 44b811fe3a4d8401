import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Address, Answer, Request } from './transports.ts';
import { bearer } from './transports.ts';

/** How a subscription ended. */
export interface End {
  readonly completed?: true;
  /** The code with which the WebSocket was closed. */
  readonly closed?: number;
  /** Errors that stood in place of a result. */
  readonly errors?: Answer['errors'];
  /** The status of a response that was no stream; 0 where the connection broke. */
  readonly status?: number;
}

export interface Subscriber {
  /** What has come so far. */
  readonly results: Answer[];
  readonly end: Promise<End>;
  stop(): void;
}

export type Subscribe = (address: Address, key: string, request: Request) => Subscriber;

export const overWebSocket: Subscribe = ({ wsUrl }, key, request) => {
  const client = createWsClient({
    url: wsUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: bearer(key),
  });
  const results: Answer[] = [];
  const { promise: end, resolve } = Promise.withResolvers<End>();
  client.subscribe(request, {
    next: (result) => results.push(result as Answer),
    error: (error) =>
      resolve(
        Array.isArray(error)
          ? { errors: error as Answer['errors'] }
          : { closed: (error as { code: number }).code },
      ),
    complete: () => resolve({ completed: true }),
  });
  return { results, end, stop: () => void client.dispose() };
};

export const overEventStream: Subscribe = ({ url }, key, request) => {
  const client = createSseClient({
    url: `${url}/graphql/stream`,
    headers: bearer(key),
    retryAttempts: 0,
  });
  const results: Answer[] = [];
  const { promise: end, resolve } = Promise.withResolvers<End>();
  const stop = client.subscribe(request, {
    // The protocol has no errors beside results.
    next: (result) =>
      'data' in result
        ? results.push(result as Answer)
        : resolve({ errors: (result as Answer).errors }),
    error: (error) => {
      const { response } = error as { response?: { status?: number } };
      resolve({ status: response?.status ?? 0 });
    },
    complete: () => resolve({ completed: true }),
  });
  return { results, end, stop };
};

export const SUBSCRIBERS = [
  { name: 'websocket', subscribe: overWebSocket },
  { name: 'sse', subscribe: overEventStream },
] as const;
