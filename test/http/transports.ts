import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface Address {
  readonly url: string;
  readonly wsUrl: string;
}

export interface Request {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** What came of one operation, alike for all transports. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly locations?: readonly { line: number; column: number }[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The code with which a WebSocket was closed instead of an answer. */
  readonly closed?: number;
}

export interface Transport {
  readonly name: 'http' | 'websocket' | 'sse';
  /** Runs a query or mutation on a connection of its own. */
  run(address: Address, key: string | null, request: Request): Promise<Answer>;
}

export const http: Transport = {
  name: 'http',
  async run({ url }, key, request) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        ...bearer(key),
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
      },
      body: JSON.stringify(request),
    });
    return (await response.json()) as Answer;
  },
};

export const websocket: Transport = {
  name: 'websocket',
  async run({ wsUrl }, key, request) {
    const client = createClient({
      url: wsUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: bearer(key),
    });
    return new Promise<Answer>((resolve) => {
      let answer: Answer = {};
      client.subscribe<Record<string, unknown>>(request, {
        next: (result) => (answer = result as Answer),
        error: (error) => {
          void client.dispose();
          resolve(
            Array.isArray(error)
              ? { errors: error as Answer['errors'] & object }
              : { closed: (error as { code: number }).code },
          );
        },
        complete: () => {
          void client.dispose();
          resolve(answer);
        },
      });
    });
  },
};

export const sse: Transport = {
  name: 'sse',
  async run({ url }, key, request) {
    const response = await fetch(`${url}/graphql/stream`, {
      method: 'POST',
      headers: {
        ...bearer(key),
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify(request),
    });
    const text = await response.text();
    if (!response.ok) return JSON.parse(text) as Answer;
    return JSON.parse(/^event: next\ndata: (.*)$/m.exec(text)?.[1] ?? '{}') as Answer;
  },
};

export const TRANSPORTS = [http, websocket, sse] as const;

export function bearer(key: string | null): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** The codes of an answer's errors. */
export function codesOf({ errors }: Answer): unknown[] {
  return (errors ?? []).map(({ extensions }) => extensions?.['code']);
}
