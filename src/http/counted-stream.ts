import type { ResultStream } from '../graphql/execute/subscriptions.ts';
import type { Metrics, Transport } from './metrics.ts';

/** Counts a subscription as open until its stream has ended, whoever ends it. */
export function countedStream(
  stream: ResultStream,
  metrics: Metrics,
  transport: Transport,
): ResultStream {
  metrics.subscriptions(transport, 1);
  let isOpen = true;
  const close = () => {
    if (isOpen) metrics.subscriptions(transport, -1);
    isOpen = false;
  };
  return {
    async next() {
      try {
        const result = await stream.next();
        if (result.done) close();
        return result;
      } catch (error) {
        close();
        throw error;
      }
    },
    async return() {
      close();
      await stream.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
