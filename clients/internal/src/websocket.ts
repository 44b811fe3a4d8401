import { type Client, createClient } from 'graphql-ws/client';
import { authorizationOf, baseOf } from '../../core/src/connection.ts';
import { type AnswerError, AntiphonError, errorOf, NetworkError } from '../../core/src/errors.ts';
import { DEFAULT_SILENT_AT_MOST_MS } from './feed-transport.ts';
import type { Ending, FeedConnectionOptions, FeedTransport, Payload } from './feed-transport.ts';

export interface WebSocketOptions extends FeedConnectionOptions {
  /** Where there is no global one: in Node before version 22, that of the package `ws`. */
  readonly webSocket?: unknown;
}

/** Close codes of graphql-ws that say what an error's code says elsewhere. */
const CODE_OF_CLOSE: Readonly<Record<number, string>> = {
  4400: 'BAD_REQUEST',
  4401: 'UNAUTHENTICATED',
  4403: 'FORBIDDEN',
  4406: 'NOT_ACCEPTABLE',
};

/** Subscriptions over graphql-ws: one socket for all of them, open while there are any. */
export function webSocketTransport(options: WebSocketOptions): FeedTransport {
  let client: Client | undefined;
  /** Whether the socket that the next subscription gets is open and the key taken. */
  let isAccepted = false;
  let subscriptions = 0;

  function connect(): Client {
    if (client !== undefined) return client;
    client = createSocketClient(options);
    client.on('connected', () => (isAccepted = true));
    client.on('closed', () => (isAccepted = false));
    return client;
  }

  return {
    receive(subscription, onPayload, signal) {
      const socket = connect();
      return new Promise<Ending>((resolve) => {
        let wasAccepted = isAccepted;
        let isOver = false;
        subscriptions += 1;
        const finish = (error: Error | null): void => {
          if (isOver) return;
          isOver = true;
          subscriptions -= 1;
          // graphql-ws closes the socket now.
          if (subscriptions === 0) isAccepted = false;
          for (const stop of stops) stop();
          resolve({ error, wasAccepted });
        };
        const onAbort = (): void => finish(null);
        const stops = [
          socket.on('connected', () => (wasAccepted = true)),
          // Ended here, before graphql-ws subscribes again from the cursor that this one began with.
          // A socket that was never this subscription's says nothing about it.
          socket.on('closed', (event) => {
            if (wasAccepted) finish(reasonOf(event));
          }),
          () => signal.removeEventListener('abort', onAbort),
        ];
        signal.addEventListener('abort', onAbort, { once: true });
        const unsubscribe = socket.subscribe<Payload['data'], unknown>(
          { ...subscription },
          {
            next: (payload) => {
              if (!isOver) onPayload(payload);
            },
            error: (cause) => finish(reasonOf(cause)),
            complete: () => finish(null),
          },
        );
        stops.push(unsubscribe);
        if (signal.aborted) finish(null);
      });
    },
  };
}

function createSocketClient(options: WebSocketOptions): Client {
  const { url, key, headers, webSocket, silentAtMostMs = DEFAULT_SILENT_AT_MOST_MS } = options;
  const address = new URL(`${baseOf(url)}/graphql`, pageAddress());
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  let giveUp: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: address.href,
    webSocketImpl: webSocket,
    connectionParams: async () => ({ ...headers, authorization: await authorizationOf(key) }),
    connectionAckWaitTimeout: silentAtMostMs,
    keepAlive: silentAtMostMs / 2,
    retryAttempts: 0,
    on: {
      ping: (received) => {
        if (!received) giveUp = setTimeout(() => client.terminate(), silentAtMostMs / 2);
      },
      pong: (received) => {
        if (received) clearTimeout(giveUp);
      },
      closed: () => clearTimeout(giveUp),
    },
  });
  return client;
}

/** In a browser, the server may be named by its path alone. */
function pageAddress(): string | undefined {
  return (globalThis as { location?: { href: string } }).location?.href;
}

/** graphql-ws gives the errors of the server, the event of the socket's end, or a failure of its own. */
function reasonOf(cause: unknown): Error {
  if (cause instanceof AntiphonError) return cause;
  if (Array.isArray(cause)) return errorOf(cause as AnswerError[], null);
  const { code, reason } = cause as { code?: unknown; reason?: unknown };
  if (typeof code !== 'number') {
    return new NetworkError('The WebSocket connection failed.', null, { cause });
  }
  const message = `The WebSocket was closed: ${code} ${String(reason)}`.trim();
  const meaning = CODE_OF_CLOSE[code];
  if (meaning === undefined) return new NetworkError(message, null, { cause });
  return errorOf([{ message, extensions: { code: meaning } }], null);
}
