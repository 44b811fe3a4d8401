import { createRemoteJWKSet, errors } from 'jose';
import type { CryptoKey, FlattenedJWSInput, JWTVerifyGetKey, JWSHeaderParameters } from 'jose';
import type { DatabaseLogger } from '../../db/database.ts';
import { unauthenticated } from './authentication-error.ts';

/** When the identity provider's keys are fetched; all in milliseconds. */
export interface ProviderKeyTimes {
  /** One fetch takes at most this long. */
  readonly timeoutMs: number;
  /** Between two fetches, whether the last one worked or not: tokens with invented key ids cannot make us flood the provider, nor wait for it when it is down. */
  readonly cooldownMs: number;
  /** Keys older than this are fetched again in the background, while they still serve. */
  readonly refreshAfterMs: number;
  /** Keys older than this no longer serve: the provider may have withdrawn them long ago. */
  readonly keepMs: number;
}

export const DEFAULT_PROVIDER_KEY_TIMES: ProviderKeyTimes = {
  timeoutMs: 5_000,
  cooldownMs: 30_000,
  refreshAfterMs: 10 * 60_000,
  keepMs: 24 * 60 * 60_000,
};

/**
 * The public keys of the identity provider. jose fetches and imports them; when to fetch is
 * decided here, because a provider that is down or slow must not keep out the members whose
 * tokens can be checked with the keys at hand.
 */
export class ProviderKeys {
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  readonly #url: string;
  readonly #times: ProviderKeyTimes;
  readonly #logger: DatabaseLogger;
  #attemptedAt = -Infinity;
  #fetchedAt = -Infinity;
  #fetching: Promise<void> | null = null;

  constructor(url: string, times: ProviderKeyTimes, logger: DatabaseLogger) {
    this.#url = url;
    this.#times = times;
    this.#logger = logger;
    this.#remote = createRemoteJWKSet(new URL(url), {
      timeoutDuration: times.timeoutMs,
      // Infinity: jose never fetches again by itself.
      cooldownDuration: Infinity,
      cacheMaxAge: Infinity,
    });
  }

  /** For `jwtVerify`. Throws AuthenticationError IDENTITY_PROVIDER_UNAVAILABLE, or jose's JWKS errors. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    if (this.#age() > this.#times.keepMs) await this.#fetchNow();
    else if (this.#age() > this.#times.refreshAfterMs) this.#fetchInBackground();
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return await this.#keyOfRotation(header, token, error);
    }
  };

  /** The provider may have begun to sign with a new key: worth one fetch, but not one per token. */
  async #keyOfRotation(
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
    noMatch: errors.JWKSNoMatchingKey,
  ): Promise<CryptoKey> {
    if (this.#fetching === null && this.#coolingDown()) throw noMatch;
    await this.#fetchNow();
    return await this.#remote(header, token);
  }

  async #fetchNow(): Promise<void> {
    if (this.#fetching === null && this.#coolingDown()) throw unavailable();
    try {
      await this.#fetch();
    } catch {
      throw unavailable();
    }
  }

  #fetchInBackground(): void {
    if (this.#fetching !== null || this.#coolingDown()) return;
    // The failure is logged where it happens; the keys at hand go on.
    this.#fetch().catch(() => undefined);
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #fetchOnce(): Promise<void> {
    this.#attemptedAt = performance.now();
    try {
      await this.#remote.reload();
      this.#fetchedAt = performance.now();
    } catch (error) {
      this.#logger.warn(
        { err: error, url: this.#url },
        'The keys of the identity provider could not be fetched',
      );
      throw error;
    }
  }

  #age(): number {
    return performance.now() - this.#fetchedAt;
  }

  #coolingDown(): boolean {
    return performance.now() - this.#attemptedAt < this.#times.cooldownMs;
  }
}

function unavailable(): Error {
  return unauthenticated(
    'IDENTITY_PROVIDER_UNAVAILABLE',
    'The identity provider cannot be reached to check this token. Try again shortly.',
  );
}
