import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request brought. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** Parsed; null where there was none. */
  readonly body: { query: string; operationName: string; variables: object } | null;
}

/** What to do with a request: the reason that a test's server is one of its own. */
export type Reaction = (response: ServerResponse, request: ReceivedRequest) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** The reactions to the next requests, in order; the last one to all that follow. */
  script(...reactions: Reaction[]): void;
  close(): Promise<void>;
}

/** A real HTTP server that does to its clients what a test wants to see them bear. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  let requests: ReceivedRequest[] = [];
  let reactions: Reaction[] = [];
  const server = createServer((request, response) => {
    void receive(request).then((received) => {
      const reaction = reactions[Math.min(requests.length, reactions.length - 1)];
      requests.push(received);
      reaction?.(response, received);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    script(...next) {
      reactions = next;
      requests = [];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return {
    method: request.method ?? '',
    url: new URL(request.url ?? '', 'http://server'),
    headers: request.headers,
    body: text === '' ? null : JSON.parse(text),
  };
}

/** Answers GraphQL, with the headers given. */
export function answers(
  body: { data?: unknown; errors?: object[] },
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Reaction {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Refuses with one error of that code. */
export function refuses(code: string, extensions: object = {}, headers = {}): Reaction {
  const error = { message: `${code} happened.`, extensions: { code, ...extensions } };
  return answers({ errors: [error] }, { status: 400, headers });
}

/** Answers what is no GraphQL, as a proxy does. */
export function answersPage(status: number, headers: Record<string, string> = {}): Reaction {
  return (response) => response.writeHead(status, headers).end('<html>no GraphQL here</html>');
}

/** Cuts the connection without an answer. */
export const cuts: Reaction = (response) => response.destroy();

/** Never answers. */
export const staysSilent: Reaction = () => undefined;
