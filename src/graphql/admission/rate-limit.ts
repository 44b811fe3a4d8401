import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller } from '../caller.ts';
import { AdmissionError, RequestError } from './errors.ts';

export interface RateLimit {
  /** Points for each key in each window. */
  readonly points: number;
  /** The length of a window. */
  readonly seconds: number;
}

/** Where a key stands in its window, as the `RateLimit-*` headers tell it. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window ends. */
  readonly resetSeconds: number;
}

/** An operation pays its cost, and at least this much. */
const LEAST_POINTS = 1;

/** Counts the points that each key spends, in this process. */
export class RateLimiter {
  readonly #limiter: RateLimiterMemory;
  readonly #limit: RateLimit;

  constructor(limit: RateLimit) {
    this.#limit = limit;
    this.#limiter = new RateLimiterMemory({ points: limit.points, duration: limit.seconds });
  }

  /** Before any work is done. @throws AdmissionError RATE_LIMITED where nothing is left. */
  async check(caller: Caller): Promise<void> {
    const state = await this.#limiter.get(spenderOf(caller));
    if (state && state.consumedPoints >= this.#limit.points) throw this.#refusal(state);
  }

  /** @throws AdmissionError RATE_LIMITED where less is left than this. */
  async spend(caller: Caller, points: number): Promise<RateState> {
    try {
      const state = await this.#limiter.consume(
        spenderOf(caller),
        Math.max(LEAST_POINTS, Math.ceil(points)),
      );
      return this.#stateOf(state);
    } catch (rejection) {
      if (rejection instanceof Error) throw rejection;
      throw this.#refusal(rejection as RateLimiterRes);
    }
  }

  #stateOf(state: RateLimiterRes): RateState {
    return {
      limit: this.#limit.points,
      remaining: Math.max(0, state.remainingPoints),
      resetSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1000)),
    };
  }

  #refusal(state: RateLimiterRes): AdmissionError {
    const { limit, resetSeconds } = this.#stateOf(state);
    return new AdmissionError(
      new RequestError(
        'RATE_LIMITED',
        `This key has used its ${limit} points for now. Try again in ${resetSeconds} seconds.`,
        { extensions: { retryAfter: resetSeconds, limit } },
      ),
    );
  }
}

/** Whose points they are: the key's, or the member's who came without one. */
export function spenderOf({ keyId, memberId, organizationId }: Caller): string {
  return keyId ?? memberId ?? organizationId;
}
