import { dataOf } from '../../core/src/answer.ts';
import { authorizationOf, baseOf, type ConnectionOptions } from '../../core/src/connection.ts';
import { AntiphonError, NetworkError, TimeoutError } from '../../core/src/errors.ts';
import { EventStreamParser, type StreamEvent } from './event-stream-parser.ts';
import { DEFAULT_SILENT_AT_MOST_MS } from './feed-transport.ts';
import type {
  Ending,
  FeedConnectionOptions,
  FeedTransport,
  Payload,
  Subscription,
} from './feed-transport.ts';

/**
 * Subscriptions over server-sent events, in the distinct connections mode of GraphQL over SSE: one
 * request each, which goes where WebSockets do not.
 */
export function eventStreamTransport(options: FeedConnectionOptions): FeedTransport {
  return {
    async receive(subscription, onPayload, signal) {
      const stream = { wasAccepted: false };
      let error: Error | null = null;
      try {
        for await (const { type, data } of open(options, subscription, signal, stream)) {
          if (type === 'complete') break;
          if (type === 'next') onPayload(JSON.parse(data) as Payload);
          if (signal.aborted) break;
        }
      } catch (cause) {
        error = cause as Error;
      }
      const ending: Ending = { error: signal.aborted ? null : error, ...stream };
      return ending;
    },
  };
}

/**
 * The events of one request.
 * @throws NetworkError where it ends without the event that says so
 */
async function* open(
  options: FeedConnectionOptions,
  subscription: Subscription,
  signal: AbortSignal,
  stream: { wasAccepted: boolean },
): AsyncGenerator<StreamEvent, void, void> {
  const silentAtMostMs = options.silentAtMostMs ?? DEFAULT_SILENT_AT_MOST_MS;
  const watch = new SilenceWatch(signal, silentAtMostMs);
  try {
    const response = await post(options, subscription, watch.signal);
    const body: ReadableStream<Uint8Array> | null = response.body;
    if (body === null || !isEventStream(response)) {
      dataOf(response, await response.text());
      throw new NetworkError(`HTTP status ${response.status}, and no event stream.`);
    }
    stream.wasAccepted = true;
    const parser = new EventStreamParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      watch.heard();
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
    throw new NetworkError('The event stream broke off.');
  } catch (cause) {
    if (cause instanceof AntiphonError) throw cause;
    if (watch.isSilent) throw new TimeoutError(`Nothing came in ${silentAtMostMs} ms.`);
    throw new NetworkError('The event stream failed.', null, { cause });
  } finally {
    watch.end();
  }
}

async function post(
  { url, key, headers, fetch: send = fetch }: ConnectionOptions,
  subscription: Subscription,
  signal: AbortSignal,
): Promise<Response> {
  const authorization = await authorizationOf(key);
  return send(`${baseOf(url)}/graphql/stream`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...headers,
      authorization,
    },
    body: JSON.stringify(subscription),
    signal,
  });
}

function isEventStream({ ok, headers }: Response): boolean {
  return ok && (headers.get('content-type') ?? '').startsWith('text/event-stream');
}

/** Aborts `signal` when nothing was heard for too long, or the outer signal is aborted. */
class SilenceWatch {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #silentAtMostMs: number;
  readonly #onAbort = (): void => this.#controller.abort(this.#outer.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  isSilent = false;

  constructor(outer: AbortSignal, silentAtMostMs: number) {
    this.#outer = outer;
    this.#silentAtMostMs = silentAtMostMs;
    outer.addEventListener('abort', this.#onAbort, { once: true });
    if (outer.aborted) this.#onAbort();
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isSilent = true;
      this.#controller.abort();
    }, this.#silentAtMostMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#onAbort);
  }
}
