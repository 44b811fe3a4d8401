import type { Database } from '../db/database.ts';
import type { Reader } from '../db/read/noun.ts';
import type { Caller } from './caller.ts';
import { LoaderRegistry } from './loaders.ts';

/** What every resolver gets: who asks, the database, and this request's loaders. */
export interface GraphQLContext {
  readonly requestId: string;
  readonly caller: Caller;
  /** Of the other end of the connection; null where there is none, as for a command. */
  readonly remoteAddress: string | null;
  readonly db: Database;
  /** The caller as reads see it: the tenant, and whether only what is public. */
  readonly reader: Reader;
  /** One instant for the whole request, so that what depends on the time agrees with itself. */
  readonly now: Date;
  readonly loaders: LoaderRegistry;
}

export function createContext(parts: {
  requestId: string;
  caller: Caller;
  db: Database;
  remoteAddress?: string | null;
}): GraphQLContext {
  const now = new Date();
  const { organizationId, audience } = parts.caller;
  const reader = { db: parts.db, organizationId, publicOnly: audience === 'STOREFRONT', now };
  const remoteAddress = parts.remoteAddress ?? null;
  return { ...parts, remoteAddress, now, reader, loaders: new LoaderRegistry() };
}
