import { createRequestClient } from '../../core/src/request-client.ts';
import type { RequestClient, RequestClientOptions } from '../../core/src/request-client.ts';
import { eventStreamTransport } from './event-stream.ts';
import type { FeedClient, FeedTransportName } from './feed.ts';
import { FeedFollowing } from './following.ts';
import { getFeedPosition } from './generated/operations.ts';
import { type WebSocketOptions, webSocketTransport } from './websocket.ts';

export type { RequestDocument } from '../../core/src/document.ts';
export type { RequestClient, RequestOptions } from '../../core/src/request-client.ts';
export type { FeedClient, FeedDocument, Following, FollowOptions } from './feed.ts';

export interface InternalOptions extends Omit<RequestClientOptions, 'method'>, WebSocketOptions {
  /** How events come. Default `websocket`. */
  readonly transport?: FeedTransportName | undefined;
}

/** The first argument of every operation. */
export type InternalClient = RequestClient & FeedClient;

/** An import of 1,000 rows takes its time. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Connections are opened when they are needed, and closed with the last following: it needs no closing. */
export function createInternalClient(options: InternalOptions): InternalClient {
  const requests = createRequestClient({
    ...options,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  });
  const transports = {
    websocket: webSocketTransport(options),
    'event-stream': eventStreamTransport(options),
  };
  const position = async (signal: AbortSignal): Promise<string> =>
    (await getFeedPosition(requests, { signal })).feedPosition;
  return {
    ...requests,
    follow: (document, variables, following = {}) => {
      const name = following.transport ?? options.transport ?? 'websocket';
      const source = { transport: transports[name], position };
      return new FeedFollowing(source, document, variables, following);
    },
  };
}
