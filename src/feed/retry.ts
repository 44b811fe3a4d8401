import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseLogger } from '../db/logger.ts';
import { transienceOf } from './transience.ts';

const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 2_000;
/** For trouble that passes by itself; an outage is waited out, however long it takes. */
const MAX_ATTEMPTS = 5;

export interface RetryOptions {
  /** What is tried, for the log. */
  readonly what: string;
  /** False once nobody waits for the result any more. */
  readonly wanted: () => boolean;
  /** Ends the pauses between attempts. */
  readonly signal: AbortSignal;
  readonly logger: DatabaseLogger;
}

/** Nobody wanted the result any more; whoever has come since may ask anew. */
export class AbandonedError extends Error {
  constructor(what: string) {
    super(`Given up, because nobody waits for it: ${what}`);
    this.name = 'AbandonedError';
  }
}

/**
 * Tries again while the error is one that passes, with growing pauses.
 * @throws the error that does not pass; AbandonedError once the result is no longer wanted.
 */
export async function withRetry<T>(
  { what, wanted, signal, logger }: RetryOptions,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ;) {
    try {
      const result = await attempt();
      if (failures > 0) logger.info({ what, failures }, 'the feed goes on');
      return result;
    } catch (error) {
      failures += 1;
      const transience = transienceOf(error);
      if (transience === 'lasting') throw error;
      if (transience === 'passing' && failures >= MAX_ATTEMPTS) throw error;
      if (failures === 1) logger.warn({ err: error, what }, 'the feed pauses, and tries again');
      if (wanted()) await pause(failures, signal);
      if (!wanted()) throw new AbandonedError(what);
    }
  }
}

/** With jitter, because many wait for the same database. Resolves early when aborted. */
async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  await sleep(delay * (0.5 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => {});
}
