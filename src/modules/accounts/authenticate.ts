import type { Database, DatabaseLogger } from '../../db/database.ts';
import type { Caller } from '../../graphql/caller.ts';
import { unauthenticated } from './authentication-error.ts';
import type { Credentials } from './credentials.ts';
import { createIdentityProvider } from './identity-provider.ts';
import type { OidcOptions } from './identity-provider.ts';
import { KeyAdmission } from './key-admission.ts';
import { MemberAdmission } from './member-admission.ts';
import { admitOperator, OPERATOR_TOKEN_LEAD } from './operator-admission.ts';
import { RevocationFeed } from './revocations.ts';
import type { Revocation } from './revocations.ts';

export interface AuthenticatorOptions {
  readonly db: Database;
  /** Without it, bearer tokens of an identity provider are not taken. */
  readonly oidc?: OidcOptions | undefined;
  /** The token of the lock file, where the database is embedded. */
  readonly operatorToken?: string | undefined;
  /** Milliseconds for which a key or member is remembered where no revocation is heard of; 0 remembers nothing. */
  readonly cacheTtlMs: number;
  readonly logger: DatabaseLogger;
  /** Milliseconds between writes of last-used times, 5,000 by default. */
  readonly lastUsedFlushMs?: number;
  /** Milliseconds between looks for revocations that were not heard of, 30,000 by default. */
  readonly revocationPollMs?: number;
}

export interface Authenticator {
  /** Audience, tenant and rights, decided once. Throws AuthenticationError. */
  authenticate(credentials: Credentials): Promise<Caller>;
  /** The same at once, where nothing has to be looked up or worked out for it; null says nothing. */
  recall(credentials: Credentials): Caller | null;
  /** Called when somebody who was let in must not stay; `revokes()` says whom it means. Gives a disposer. */
  watchRevocations(onRevocation: (revocation: Revocation) => void): () => void;
  /** Writes what is left of last-used times and stops listening. */
  close(): Promise<void>;
}

/** Resolves when it hears of revocations. */
export async function createAuthenticator(options: AuthenticatorOptions): Promise<Authenticator> {
  const { db, oidc, operatorToken, logger } = options;
  const keys = new KeyAdmission({
    db,
    cacheTtlMs: options.cacheTtlMs,
    logger,
    lastUsedFlushMs: options.lastUsedFlushMs ?? 5_000,
  });
  const members =
    oidc &&
    new MemberAdmission({
      db,
      cacheTtlMs: options.cacheTtlMs,
      identityProvider: createIdentityProvider(oidc, logger),
    });
  const watchers = new Set<(revocation: Revocation) => void>();
  const revocations = await RevocationFeed.start({
    db,
    logger,
    pollIntervalMs: options.revocationPollMs ?? 30_000,
    onRevocation: (revocation) => {
      keys.forget(revocation);
      members?.forget(revocation);
      tellAll(watchers, revocation, logger);
    },
    onUncertainty: () => {
      keys.forgetAll();
      members?.forgetAll();
    },
  });

  return {
    async authenticate(credentials) {
      const token = bearerToken(credentials.authorization);
      if (token.startsWith(OPERATOR_TOKEN_LEAD)) {
        return await admitOperator(db, operatorToken, token, credentials);
      }
      if (token.startsWith('ant_')) return await keys.admit(token, credentials);
      if (members === undefined) throw tokensNotAccepted();
      return await members.admit(token, credentials);
    },
    recall: (credentials) => keys.recall(credentials),
    watchRevocations(onRevocation) {
      watchers.add(onRevocation);
      return () => void watchers.delete(onRevocation);
    },
    async close() {
      await revocations.close();
      await keys.close();
    },
  };
}

const BEARER = /^bearer +([^\s,]+)$/i;

function bearerToken(authorization: string | null): string {
  if (authorization === null || authorization.trim() === '') {
    throw unauthenticated(
      'CREDENTIALS_MISSING',
      'Send an API key or a token: `Authorization: Bearer ant_…`.',
    );
  }
  const token = BEARER.exec(authorization.trim())?.[1];
  if (token === undefined) {
    throw unauthenticated(
      'CREDENTIALS_MALFORMED',
      'The Authorization header has to be `Bearer`, a space, and one API key or token.',
    );
  }
  return token;
}

function tokensNotAccepted(): Error {
  return unauthenticated(
    'TOKENS_NOT_ACCEPTED',
    'This server takes API keys (`ant_pub_…`, `ant_sec_…`) only: no identity provider is configured.',
  );
}

/** One watcher that fails must not keep the others from closing their sockets. */
function tellAll(
  watchers: ReadonlySet<(revocation: Revocation) => void>,
  revocation: Revocation,
  logger: DatabaseLogger,
): void {
  for (const onRevocation of watchers) {
    try {
      onRevocation(revocation);
    } catch (error) {
      logger.error({ err: error }, 'A watcher of revocations failed');
    }
  }
}
