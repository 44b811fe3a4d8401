import {
  buildSchema,
  type ExecutionResult,
  graphql,
  GraphQLError,
  type SubscriptionArgs,
} from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { EventEmitter, on, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';

const SCHEMA = buildSchema(`
  type Tick { cursor: String! }
  type Query { feedPosition: String! }
  type Subscription { tick(after: String): Tick! }
`);

/** Where one subscription is to end, and how: after so many events, with this error of the feed. */
export interface Fate {
  readonly afterEvents: number;
  readonly code: string;
}

/** A feed of numbers over graphql-ws and graphql-sse, which loses its connections when it is told to. */
export interface FeedServer {
  readonly url: string;
  /** The `after` of each subscription so far, with its transport. */
  readonly subscriptions: readonly { readonly transport: string; readonly after: string }[];
  /** Keys that are taken; at first `good`. */
  keys: Set<string>;
  /** How the next subscriptions end, in order; the others do not end by themselves. */
  fates: Fate[];
  /** How many WebSockets and event streams are open. */
  readonly open: number;
  /** So many events happen. */
  happen(count: number): void;
  /** Every connection is cut, without a word. */
  cut(): void;
  /** Sockets of a key that has ended are closed. */
  closeUnauthenticated(): void;
  /** What arrives is not read any more, and nothing is said: as when a cable is pulled. */
  freeze(): void;
  close(): Promise<void>;
}

class Feed {
  readonly #news = new EventEmitter();
  last = 0;

  happen(count: number): void {
    this.last += count;
    this.#news.emit('news');
  }

  /** The answers from `after` on, for as long as somebody asks. */
  async *answers(after: number, fate: Fate | undefined): AsyncGenerator<ExecutionResult> {
    const news = on(this.#news.setMaxListeners(0), 'news');
    for (let sent = 0; sent !== fate?.afterEvents; sent++) {
      const seq = after + 1 + sent;
      while (seq > this.last) await news.next();
      yield { data: { tick: { cursor: cursorOf(seq) } } };
    }
    const error = new GraphQLError(`${fate.code} happened.`, { extensions: { code: fate.code } });
    yield { data: null, errors: [error] };
  }
}

export function cursorOf(seq: number): string {
  return `c${seq}`;
}

export async function startFeedServer(): Promise<FeedServer> {
  const feed = new Feed();
  const subscriptions: { transport: string; after: string }[] = [];
  const sockets = new Set<Socket>();
  const streams = new Set<ServerResponse>();
  const webSockets = new WebSocketServer({ noServer: true });

  const subscribe = (transport: string) => (args: SubscriptionArgs) => {
    const after = String(args.variableValues?.['after']);
    subscriptions.push({ transport, after });
    return feed.answers(Number(after.slice(1)), feedServer.fates.shift());
  };
  const isKnown = (authorization: unknown): boolean =>
    feedServer.keys.has(String(authorization).replace('Bearer ', ''));

  const eventStream = createHandler({ schema: SCHEMA, subscribe: subscribe('event-stream') });
  useServer(
    {
      schema: SCHEMA,
      subscribe: subscribe('websocket'),
      onConnect: ({ connectionParams, extra }) =>
        isKnown(connectionParams?.['authorization']) ||
        void extra.socket.close(4401, 'Unauthorized'),
    },
    webSockets,
  );

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isKnown(request.headers.authorization)) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [refusal('UNAUTHENTICATED')] }));
    } else if (request.url === '/graphql/stream') {
      streams.add(response.on('close', () => streams.delete(response)));
      await eventStream(request, response);
    } else {
      const rootValue = { feedPosition: cursorOf(feed.last) };
      response.end(
        JSON.stringify(await graphql({ schema: SCHEMA, source: '{feedPosition}', rootValue })),
      );
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSockets.emit('connection', webSocket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const feedServer: FeedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    subscriptions,
    get open() {
      return webSockets.clients.size + streams.size;
    },
    keys: new Set(['good']),
    fates: [],
    happen: (count) => feed.happen(count),
    cut() {
      webSockets.clients.forEach((webSocket) => webSocket.terminate());
      sockets.forEach((socket) => socket.destroy());
    },
    closeUnauthenticated: () =>
      webSockets.clients.forEach((webSocket) => webSocket.close(4401, 'Unauthorized')),
    freeze: () => sockets.forEach((socket) => socket.pause().cork()),
    async close() {
      server.close();
      this.cut();
      await once(server, 'close');
    },
  };
  return feedServer;
}

function refusal(code: string): object {
  return { message: `${code} happened.`, extensions: { code } };
}
