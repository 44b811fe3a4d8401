import type { ExecutionResult } from 'graphql';

/** What graphql-ws and graphql-sse take for a stream of results, and hold to end it. */
export type Pump = AsyncGenerator<ExecutionResult, void, void>;

/**
 * Moves the results of a stream to a connection, one after the other, each when the one before it has
 * gone out: what a reader does not take stays in the feed's bounded queue.
 *
 * To the protocol library it is a stream that yields nothing and ends when the subscription does. The
 * library would encode each result for each subscriber; members of a cohort share the encoded text.
 *
 * @param deliver resolves when the connection has taken the result
 */
export function createPump(
  stream: AsyncIterator<ExecutionResult>,
  deliver: (result: ExecutionResult) => Promise<void>,
): Pump {
  const leave = async (): Promise<IteratorReturnResult<void>> => {
    await stream.return?.();
    return { value: undefined, done: true };
  };
  return {
    async next() {
      for (;;) {
        const result = await stream.next();
        if (result.done === true) return { value: undefined, done: true };
        await deliver(result.value);
      }
    },
    return: leave,
    async throw(error: unknown) {
      await leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await leave();
    },
  };
}
