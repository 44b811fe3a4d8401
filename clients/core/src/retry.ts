import { isPassing, retryAfterMs } from './errors.ts';
import { growingPause, pause } from './pause.ts';

export interface RetryOptions {
  /** How often a request is sent at most. Default 3; 1: never again. */
  readonly attempts?: number | undefined;
  /** The pause before the second attempt, in milliseconds; each further one is twice as long. Default 200. */
  readonly firstPauseMs?: number | undefined;
  /**
   * The longest pause, in milliseconds. Default 10,000. Where the server wants to be left alone for
   * longer, its error is thrown at once.
   */
  readonly longestPauseMs?: number | undefined;
}

/** Does the work again while it fails for a passing reason. */
export async function withRetries<T>(
  work: () => Promise<T>,
  { attempts = 3, firstPauseMs = 200, longestPauseMs = 10_000 }: RetryOptions,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !isPassing(error)) throw error;
      const pauseMs = retryAfterMs(error) ?? growingPause(attempt, firstPauseMs, longestPauseMs);
      if (pauseMs > longestPauseMs) throw error;
      await pause(pauseMs, signal);
    }
  }
}
