import { setTimeout as sleep } from 'node:timers/promises';
import { RequestFailed } from './graphql-request.ts';

export interface RetryOptions {
  /** How often a request that fails so is sent at most. */
  readonly attempts: (failure: RequestFailed) => number;
  /** The first pause, in milliseconds; each further one is twice as long, up to {@link LONGEST_PAUSE_MS}. */
  readonly firstPauseMs: number;
  /** Ends the pauses: the failure is thrown at once. */
  readonly signal: AbortSignal;
  /** Told before each pause. */
  readonly onPause?: (failure: RequestFailed, pauseMs: number) => void;
}

const LONGEST_PAUSE_MS = 30_000;

/**
 * Does the work again while it fails for a passing reason. Pauses vary at random, so that many
 * clients do not come back at the same moment.
 */
export async function withRetries<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RequestFailed) || !error.isPassing) throw error;
      if (attempt >= options.attempts(error) || options.signal.aborted) throw error;
      const pauseMs = error.retryAfterMs ?? growingPause(options.firstPauseMs, attempt);
      options.onPause?.(error, pauseMs);
      await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => {
        throw error;
      });
    }
  }
}

function growingPause(firstPauseMs: number, attempt: number): number {
  const pauseMs = Math.min(firstPauseMs * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return pauseMs * (0.5 + Math.random() / 2);
}
