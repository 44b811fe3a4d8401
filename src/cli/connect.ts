import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { EmbeddedDatabaseInUse, readEmbeddedLock } from '../db/embedded-lock.ts';
import type { Backend } from './backend.ts';
import { checkConnection } from './connection-options.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { CommandError, ExitCode, usageError } from './exit-codes.ts';
import { httpBackend } from './http-backend.ts';

/**
 * Whatever answers GraphQL for a command: the server of `--url`; or the database of this
 * installation; or where a server holds the embedded database, that server.
 *
 * @throws CommandError
 */
export async function connect(options: ConnectionOptions): Promise<Backend> {
  checkConnection(options);
  const { url, key, organization } = options;
  if (url !== undefined && key !== undefined) {
    return httpBackend({ url, token: key, organization: null });
  }
  const config = readConfig();
  // Loaded only when needed: the schema and the database are most of the program.
  const { inProcessBackend } = await import('./in-process-backend.ts');
  try {
    const holder = await serverHolding(config);
    if (holder !== null) {
      return httpBackend({
        ...holder,
        organization: organization ?? (await organizationServedAt(holder.url)),
      });
    }
    return await inProcessBackend(config, organization);
  } catch (error) {
    throw unreachable(error);
  }
}

/** What tells a command that its database is not to be had; anything else stays as it is. */
export function unreachable(error: unknown): unknown {
  if (error instanceof EmbeddedDatabaseInUse) {
    return new CommandError(error.message, ExitCode.UNREACHABLE, { cause: error });
  }
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (error instanceof Error && code !== undefined && NO_CONNECTION.test(code)) {
    const message = `The database cannot be reached: ${error.message || code}. DATABASE_URL says where it is.`;
    return new CommandError(message, ExitCode.UNREACHABLE, { cause: error });
  }
  return error;
}

/** Codes of the network, and of PostgreSQL for a refused login, a missing database or a shutdown. */
const NO_CONNECTION =
  /^(?:E(?:CONN|HOST|NET|TIMEDOUT|AI_|NOTFOUND)\w*|ENOTFOUND|28\w{3}|3D000|57P\d\d)$/;

/** The only organization of a server, or its demo's, as its start page tells. */
async function organizationServedAt(url: string): Promise<string> {
  const response = await fetch(new URL('/start.json', url));
  const { organization } = (await response.json()) as { organization: { slug: string } | null };
  if (organization !== null) return organization.slug;
  throw usageError(`Say by --organization which one is meant of those that ${url} serves.`);
}

/** The server of this user that holds the embedded database, if there is one. */
async function serverHolding(config: Config): Promise<{ url: string; token: string } | null> {
  if (config.databaseUrl !== undefined) return null;
  const holder = await readEmbeddedLock(config.dataDir);
  if (holder === null || holder.url === null || holder.token === null) return null;
  return { url: holder.url, token: holder.token };
}
