import { errorOf } from '../../core/src/errors.ts';
import { pause } from '../../core/src/pause.ts';
import { EventBuffer } from './event-buffer.ts';
import type { FeedDocument, FeedEvent, Following, FollowOptions } from './feed.ts';
import type { Ending, FeedTransport, Payload } from './feed-transport.ts';
import { Resumption } from './resumption.ts';

/** What a following needs of its client. */
export interface FollowingSource {
  readonly transport: FeedTransport;
  /** Where the feed stands now. */
  position(signal: AbortSignal): Promise<string>;
}

const DEFAULT_BUFFER_LIMIT = 1_000;

/** Receives into a buffer, and takes the subscription up again from the last cursor in it. */
export class FeedFollowing<Event extends FeedEvent> implements Following<Event> {
  readonly #source: FollowingSource;
  readonly #document: FeedDocument<Event, never>;
  readonly #variables: object;
  readonly #options: FollowOptions;
  readonly #buffer: EventBuffer<Event>;
  readonly #resumption = new Resumption();
  readonly #end = new AbortController();
  /** Of the last event received: where the next subscription begins. Null: not known yet. */
  #received: string | null;
  #read: string | null;

  constructor(
    source: FollowingSource,
    document: FeedDocument<Event, never>,
    variables: { after?: string | null | undefined },
    options: FollowOptions,
  ) {
    this.#source = source;
    this.#document = document;
    this.#variables = variables;
    this.#options = options;
    this.#buffer = new EventBuffer(options.bufferLimit ?? DEFAULT_BUFFER_LIMIT);
    this.#received = variables.after ?? null;
    this.#read = this.#received;
    options.signal?.addEventListener('abort', this.#stop, { once: true });
    if (options.signal?.aborted) this.#stop();
    else void this.#run();
  }

  get cursor(): string | null {
    return this.#read;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    const result = await this.#buffer.next();
    if (!result.done) this.#read = result.value.cursor;
    return result;
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    this.#stop();
    return { value: undefined, done: true };
  }

  async #run(): Promise<void> {
    try {
      while (!this.#buffer.isOver) {
        const ending = await this.#receive();
        if (this.#buffer.isOver) return;
        await this.#takeBreath(ending);
      }
    } catch (error) {
      if (!this.#end.signal.aborted) this.#buffer.fail(error as Error);
    } finally {
      this.#options.signal?.removeEventListener('abort', this.#stop);
    }
  }

  /** Null: the buffer is full. */
  async #receive(): Promise<Ending | null> {
    try {
      // Without a place to begin from, a connection lost before the first event would be a gap.
      this.#received ??= await this.#source.position(this.#end.signal);
      this.#read ??= this.#received;
    } catch (error) {
      return { error: error as Error, wasAccepted: false };
    }
    const attempt = new AbortController();
    const stopped = { refusal: null as Error | null, isFull: false };
    const ending = await this.#source.transport.receive(
      {
        operationName: this.#document.name,
        query: this.#document.text,
        variables: { ...this.#variables, after: this.#received },
      },
      (payload) => {
        if (attempt.signal.aborted) return;
        stopped.refusal = refusalOf(payload);
        stopped.isFull = stopped.refusal === null && !this.#take(payload);
        if (stopped.refusal !== null || stopped.isFull) attempt.abort();
      },
      AbortSignal.any([this.#end.signal, attempt.signal]),
    );
    if (stopped.isFull) return null;
    return stopped.refusal === null ? ending : { error: stopped.refusal, wasAccepted: true };
  }

  /** False: there is no room. */
  #take({ data }: Payload): boolean {
    const event = data?.[this.#document.field] as Event;
    if (!this.#buffer.push(event)) return false;
    this.#received = event.cursor;
    this.#resumption.progress();
    return true;
  }

  async #takeBreath(ending: Ending | null): Promise<void> {
    if (ending === null) return this.#buffer.room();
    const pauseMs = this.#resumption.pauseAfter(ending);
    const error = ending.error ?? new Error('The server ended the subscription.');
    this.#options.onInterrupted?.(error, pauseMs);
    await pause(pauseMs, this.#end.signal);
  }

  readonly #stop = (): void => {
    this.#end.abort();
    this.#buffer.end();
  };
}

function refusalOf({ errors }: Payload): Error | null {
  return errors === undefined || errors.length === 0 ? null : errorOf(errors, null);
}
