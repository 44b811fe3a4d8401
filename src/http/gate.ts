import { hash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { AdmissionError, RequestError } from '../graphql/admission/errors.ts';
import type { Caller } from '../graphql/caller.ts';
import type { Credentials } from './credentials.ts';

/**
 * Gives the caller, or rejects with a GraphQLError whose `extensions.code` is UNAUTHENTICATED or
 * FORBIDDEN; another error is a fault.
 */
export type Authenticate = (credentials: Credentials) => Promise<Caller>;

/** The same at once, of what is still known; null says nothing about the credentials. */
export type Recall = (credentials: Credentials) => Caller | null;

export interface GateOptions {
  readonly authenticate: Authenticate;
  readonly recall: Recall;
  /** Refusals that an address may collect in a window. */
  readonly failures: { readonly count: number; readonly seconds: number };
}

const MAX_REMEMBERED = 10_000;

/**
 * Lets callers in. An address that keeps bringing bad credentials has to wait, but not whoever came
 * from there with good ones: everybody behind a proxy has its address.
 */
export class Gate {
  readonly #authenticate: Authenticate;
  readonly #recall: Recall;
  readonly #failures: RateLimiterMemory;
  readonly #limit: number;
  /** Digests of credentials that were good of late: a token is not held itself. */
  readonly #good = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  /** Callers whose credentials are noted. Authentication gives the same object again for some seconds. */
  readonly #noted = new WeakSet<Caller>();

  constructor({ authenticate, recall, failures }: GateOptions) {
    this.#authenticate = authenticate;
    this.#recall = recall;
    this.#limit = failures.count;
    this.#failures = new RateLimiterMemory({ points: failures.count, duration: failures.seconds });
  }

  /** @throws AdmissionError UNAUTHENTICATED, FORBIDDEN or RATE_LIMITED; anything else is a fault. */
  async enter(credentials: Credentials): Promise<Caller> {
    const recalled = this.recall(credentials);
    if (recalled !== null) return recalled;
    const state = await this.#failures.get(credentials.remoteAddress);
    if (state && state.consumedPoints >= this.#limit) this.#refuseUnlessGood(credentials, state);
    try {
      const caller = await this.ask(credentials);
      if (!this.#noted.has(caller)) {
        this.#noted.add(caller);
        this.#good.set(digestOf(credentials), true);
      }
      return caller;
    } catch (error) {
      if (error instanceof AdmissionError) {
        this.#good.delete(digestOf(credentials));
        await this.#failures.penalty(credentials.remoteAddress);
      }
      throw error;
    }
  }

  /** Who has come in on this connection with the same credentials, from whatever address; null: `enter` finds out. */
  recall(credentials: Credentials): Caller | null {
    const caller = this.#recall(credentials);
    return caller !== null && mayComeFrom(credentials.origin, caller) ? caller : null;
  }

  /** The same for somebody who is in already: it counts nothing. */
  async ask(credentials: Credentials): Promise<Caller> {
    try {
      const caller = await this.#authenticate(credentials);
      if (!mayComeFrom(credentials.origin, caller)) throw foreignOrigin();
      return caller;
    } catch (error) {
      throw isRefusal(error) ? new AdmissionError(error) : error;
    }
  }

  #refuseUnlessGood(credentials: Credentials, state: RateLimiterRes): void {
    if (this.#good.has(digestOf(credentials))) return;
    const retryAfter = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    throw new AdmissionError(
      new RequestError(
        'RATE_LIMITED',
        `Too many bad credentials came from this address. Try again in ${retryAfter} seconds.`,
        { extensions: { retryAfter } },
      ),
    );
  }
}

/** Errors of authentication that were meant for the caller. */
function isRefusal(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  const code = error.extensions['code'];
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN';
}

/** Browsers tell the origin of a page, which a publishable key may be bound to; others send none. */
function mayComeFrom(origin: string | null, { origins }: Caller): boolean {
  return origin === null || origins === null || origins.includes(origin);
}

function foreignOrigin(): RequestError {
  return new RequestError('FORBIDDEN', 'This key may not be used from this origin.', {
    extensions: { reason: 'ORIGIN_NOT_ALLOWED' },
  });
}

function digestOf({ authorization, organization }: Credentials): string {
  return hash('sha256', JSON.stringify([authorization, organization]), 'base64url');
}
