import type { ExecutionResult, GraphQLError } from 'graphql';
import type { ResultStream } from '../graphql/execute/subscriptions.ts';

const DONE = { value: undefined, done: true } as const;

/**
 * A stream for a protocol that knows no errors beside results: what ends it, from inside or outside,
 * is its last result.
 */
export class EndableStream implements ResultStream {
  readonly #stream: ResultStream;
  #last: ExecutionResult | undefined;
  #isOver = false;

  constructor(stream: ResultStream) {
    this.#stream = stream;
  }

  /** Ends it; the error is its last result. */
  async end(error: GraphQLError): Promise<void> {
    this.#last = { errors: [error] };
    await this.#stream.return?.();
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#isOver) return DONE;
    try {
      const result = await this.#stream.next();
      if (!result.done) return result;
    } catch (error) {
      this.#last ??= { errors: [error as GraphQLError] };
    }
    this.#isOver = true;
    return this.#last ? { value: this.#last, done: false } : DONE;
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#isOver = true;
    await this.#stream.return?.();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** The one result of a query or mutation as a stream. */
export async function* streamOfOne(result: Promise<ExecutionResult>): ResultStream {
  yield await result;
}
