import { GraphQLRequestError, isPassing, retryAfterMs } from '../../core/src/errors.ts';
import { growingPause } from '../../core/src/pause.ts';
import { FeedCursorError } from './feed.ts';
import type { Ending } from './feed-transport.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** A fault of the server may pass; one that comes again and again at the same event will not. */
const FAULTS_AT_MOST = 5;
/** The subscription was ended, and goes on from the cursor. */
const RESUMING_CODES: readonly (string | null)[] = ['FEED_SLOW_READER', 'FEED_CLOSED'];

/** Decides what follows on each ending of a subscription. */
export class Resumption {
  /** Endings since the last event. */
  #failures = 0;

  /** An event came. */
  progress(): void {
    this.#failures = 0;
  }

  /**
   * The pause before the next attempt, in milliseconds.
   * @throws FeedCursorError, GraphQLRequestError … where no attempt could succeed
   */
  pauseAfter({ error, wasAccepted }: Ending): number {
    this.#failures += 1;
    if (error !== null && !this.#mayResume(error, wasAccepted)) throw surfaced(error);
    const code = error instanceof GraphQLRequestError ? error.code : null;
    if (code === 'FEED_SLOW_READER' && this.#failures === 1) return 0;
    return retryAfterMs(error) ?? growingPause(this.#failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  }

  #mayResume(error: Error, wasAccepted: boolean): boolean {
    if (isPassing(error)) return true;
    if (!(error instanceof GraphQLRequestError)) return false;
    if (RESUMING_CODES.includes(error.code)) return true;
    // A key that was good may be so again: rights have changed, or a key function has a newer one.
    if (error.code === 'UNAUTHENTICATED') return wasAccepted;
    return error.code === 'INTERNAL_SERVER_ERROR' && this.#failures <= FAULTS_AT_MOST;
  }
}

function surfaced(error: Error): Error {
  if (!(error instanceof GraphQLRequestError) || !error.code?.startsWith('FEED_CURSOR_')) {
    return error;
  }
  return new FeedCursorError(error.errors, error.requestId);
}
