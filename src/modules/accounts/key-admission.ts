import type { Database, DatabaseLogger } from '../../db/database.ts';
import type { Caller } from '../../graphql/caller.ts';
import { type AuthenticationError, forbidden, unauthenticated } from './authentication-error.ts';
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
  /** The header that a connection brought last, and the hash of its key: the next request brings it again. */
  readonly #brought = new WeakMap<object, { authorization: string | null; hash: string }>();

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
    const refusal = refusalOf(key, credentials);
    if (refusal !== null) throw refusal;
    const { connection, authorization } = credentials;
    if (connection !== null) this.#brought.set(connection, { authorization, hash });
    return this.#use(key);
  }

  /** The caller, where the connection has brought this key before and it is still known to be good. */
  recall(credentials: Credentials): Caller | null {
    const { connection, authorization } = credentials;
    const brought = connection === null ? undefined : this.#brought.get(connection);
    if (brought === undefined || brought.authorization !== authorization) return null;
    const key = this.#keys.known(brought.hash);
    return key === undefined || refusalOf(key, credentials) !== null ? null : this.#use(key);
  }

  #use({ caller }: KeyCredential): Caller {
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

/** Why a key that is there lets nobody in this time; null: it does. */
function refusalOf(
  key: KeyCredential,
  { organization, origin }: Credentials,
): AuthenticationError | null {
  const { expiresAt, origins } = key.caller;
  if (key.revoked) {
    return unauthenticated('KEY_REVOKED', 'This API key has been revoked. Use another one.');
  }
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    return unauthenticated(
      'KEY_EXPIRED',
      `This API key expired at ${expiresAt.toISOString()}. Use another one.`,
    );
  }
  if (organization !== null && organization !== key.organizationSlug) {
    return forbidden(
      'ORGANIZATION_NOT_ALLOWED',
      'This API key belongs to another organization than the header `antiphon-organization` names. Leave the header out, or use a key of that organization.',
    );
  }
  // Without an Origin it is no browser page that asks, and nothing that a page could steal.
  if (origins !== null && origin !== null && !origins.includes(origin)) {
    return forbidden(
      'ORIGIN_NOT_ALLOWED',
      'This publishable key may not be used from this origin. Add the origin to a new key for this shop.',
    );
  }
  return null;
}
