import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Random } from './random.ts';

export interface Followed {
  readonly cursor: string;
  readonly externalId: string;
}

const DOCUMENT = `subscription ($after: String) {
  negativeReviewReceived(after: $after) { cursor review { externalId } }
}`;

export type Transport = 'websocket' | 'sse';

interface FollowOptions {
  readonly transport: Transport;
  /** Where the server is now; it may have been restarted on another port. */
  readonly server: () => { url: string; wsUrl: string };
  readonly key: string;
  readonly from: string;
  readonly random: Random;
  /** How often the connection is cut, at random. */
  readonly cuts: number;
  readonly onCut?: () => void;
}

/**
 * Follows the negative reviews, is cut off again and again at random, and resumes from the cursor
 * of the last event that it got. Whatever goes wrong with a connection, it tries again.
 */
export class Follower {
  readonly seen: Followed[] = [];
  readonly failures: string[] = [];
  cuts = 0;
  readonly #options: FollowOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#connectOnce().catch(() => undefined);
      await sleep(this.#options.random.below(30));
    }
  }

  async #connectOnce(): Promise<void> {
    const { random, cuts, transport } = this.#options;
    const connection = new AbortController();
    const stop = () => connection.abort();
    this.#stopping.signal.addEventListener('abort', stop);
    // Some connections are cut before their first event, some within a burst.
    let left = this.cuts < cuts ? random.below(60) : Infinity;
    try {
      const iterate =
        transport === 'websocket' ? this.#webSocket(connection) : this.#sse(connection);
      for await (const event of iterate) {
        this.seen.push(event);
        if (--left <= 0) break;
      }
    } finally {
      this.#stopping.signal.removeEventListener('abort', stop);
      connection.abort();
      if (left <= 0) {
        this.cuts++;
        this.#options.onCut?.();
      }
    }
  }

  get #after(): string {
    return this.seen.at(-1)?.cursor ?? this.#options.from;
  }

  async *#webSocket(connection: AbortController): AsyncGenerator<Followed> {
    class Cuttable extends WebSocket {
      constructor(address: string, protocols: string | string[]) {
        super(address, protocols);
        // Not a polite goodbye: the connection is gone from one moment to the next.
        connection.signal.addEventListener('abort', () => this.terminate());
      }
    }
    const client = createWsClient({
      url: this.#options.server().wsUrl,
      webSocketImpl: Cuttable,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${this.#options.key}` },
    });
    yield* this.#events(client.iterate({ query: DOCUMENT, variables: { after: this.#after } }));
  }

  async *#sse(connection: AbortController): AsyncGenerator<Followed> {
    const client = createSseClient({
      url: `${this.#options.server().url}/graphql/stream`,
      retryAttempts: 0,
      headers: { authorization: `Bearer ${this.#options.key}` },
      fetchFn: (input: string | URL, init: RequestInit) =>
        fetch(input, { ...init, signal: connection.signal }),
    });
    yield* this.#events(client.iterate({ query: DOCUMENT, variables: { after: this.#after } }));
  }

  async *#events(results: AsyncIterable<unknown>): AsyncGenerator<Followed> {
    for await (const result of results) {
      const { data, errors } = result as {
        data?: { negativeReviewReceived: { cursor: string; review: { externalId: string } } };
        errors?: unknown;
      };
      if (errors !== undefined || !data) {
        this.failures.push(JSON.stringify(result));
        return;
      }
      const { cursor, review } = data.negativeReviewReceived;
      yield { cursor, externalId: review.externalId };
    }
  }
}
