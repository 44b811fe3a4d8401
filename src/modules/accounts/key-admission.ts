import type { Database, DatabaseLogger } from '../../db/database.ts';
import type { Caller } from '../../graphql/caller.ts';
import { forbidden, unauthenticated } from './authentication-error.ts';
import { findKeyByHash } from './credential.reads.ts';
import type { KeyCredential } from './credential.reads.ts';
import type { Credentials } from './credentials.ts';
import { hashKeyToken, keyKindOf } from './key-token.ts';
import { LastUsedTimes } from './last-used.ts';
import { LookupCache } from './lookup-cache.ts';
import { revokes } from './revocations.ts';
import type { Revocation } from './revocations.ts';

const CACHED_KEYS = 10_000;

export interface KeyAdmissionOptions {
  readonly db: Database;
  readonly cacheTtlMs: number;
  readonly logger: DatabaseLogger;
  readonly lastUsedFlushMs: number;
}

/** Lets API keys in. */
export class KeyAdmission {
  /** By hash: a token that is not held anywhere cannot leak from here. */
  readonly #keys: LookupCache<KeyCredential>;
  readonly #lastUsed: LastUsedTimes;

  constructor({ db, cacheTtlMs, logger, lastUsedFlushMs }: KeyAdmissionOptions) {
    this.#keys = new LookupCache({
      load: (hash) => findKeyByHash(db, hash),
      ttlMs: cacheTtlMs,
      limit: CACHED_KEYS,
    });
    this.#lastUsed = new LastUsedTimes({ db, logger, flushIntervalMs: lastUsedFlushMs });
  }

  async admit(token: string, credentials: Credentials): Promise<Caller> {
    const hash = hashKeyToken(token);
    const key = this.#keys.known(hash) ?? (await this.#lookUp(token, hash));
    assertUsable(key, credentials);
    const { caller } = key;
    this.#lastUsed.touch(caller.organizationId, caller.keyId);
    return caller;
  }

  /** Without asking the database for what cannot be a key. */
  async #lookUp(token: string, hash: string): Promise<KeyCredential> {
    if (keyKindOf(token) === null) {
      throw unauthenticated(
        'KEY_MISTYPED',
        'This API key is incomplete or mistyped: its checksum does not fit. Copy it again, whole.',
      );
    }
    const key = await this.#keys.get(hash);
    if (key === null) {
      throw unauthenticated(
        'KEY_UNKNOWN',
        'This API key is not known here. Check that it belongs to this server, or have a new one made (`antiphon keys create`).',
      );
    }
    return key;
  }

  forget(revocation: Revocation): void {
    this.#keys.evict((key) => revokes(revocation, key.caller));
  }

  forgetAll(): void {
    this.#keys.evict(() => true);
  }

  close(): Promise<void> {
    return this.#lastUsed.close();
  }
}

function assertUsable(key: KeyCredential, { organization, origin }: Credentials): void {
  const { expiresAt, origins } = key.caller;
  if (key.revoked) {
    throw unauthenticated('KEY_REVOKED', 'This API key has been revoked. Use another one.');
  }
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    throw unauthenticated(
      'KEY_EXPIRED',
      `This API key expired at ${expiresAt.toISOString()}. Use another one.`,
    );
  }
  if (organization !== null && organization !== key.organizationSlug) {
    throw forbidden(
      'ORGANIZATION_NOT_ALLOWED',
      'This API key belongs to another organization than the header `antiphon-organization` names. Leave the header out, or use a key of that organization.',
    );
  }
  // Without an Origin it is no browser page that asks, and nothing that a page could steal.
  if (origins !== null && origin !== null && !origins.includes(origin)) {
    throw forbidden(
      'ORIGIN_NOT_ALLOWED',
      'This publishable key may not be used from this origin. Add the origin to a new key for this shop.',
    );
  }
}
