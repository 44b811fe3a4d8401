import { GraphQLError } from 'graphql';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { Database } from '../../src/db/database.ts';
import { recordEvents } from '../../src/feed/events.ts';
import { createFeedHub, type FeedHubOptions } from '../../src/feed/hub.ts';
import { createDatabaseWakeUp } from '../../src/feed/wakeup.ts';
import { DEFAULT_DOCUMENT_LIMITS } from '../../src/graphql/admission/limits.ts';
import { type Caller, SCOPES } from '../../src/graphql/caller.ts';
import type { Credentials } from '../../src/http/credentials.ts';
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from '../../src/http/limits.ts';
import { createHttpServer, type HttpServer, type ServerOptions } from '../../src/http/server.ts';
import type { Revocation } from '../../src/http/sessions.ts';
import { openTestDatabase } from '../testkit/database.ts';
import { sampleSchemas } from './sample-schema.ts';

/** The keys of the sample server; a token is `ant_sec_` or `ant_pub_` and the name. */
export const KEYS = {
  /** Everything but managing keys. */
  secret: 'ant_sec_secret00000000000000000000',
  publishable: 'ant_pub_public00000000000000000000',
  /** Publishable, and bound to https://shop.example. */
  bound: 'ant_pub_bound000000000000000000000',
} as const;

export const SHOP = 'https://shop.example';

export interface SampleServer {
  readonly url: string;
  readonly wsUrl: string;
  readonly server: HttpServer;
  readonly db: Database;
  readonly organizationId: string;
  /** What was logged, line by line, at every level. */
  readonly log: readonly string[];
  /** Token → caller: a test may add, change and remove callers. */
  readonly callers: Map<string, Caller>;
  /** How often somebody was asked for, how long that takes, and whether nobody can be. */
  readonly asked: { count: number; ms: number; outage: boolean };
  /** Tells the server of a revocation, as the database would. */
  revoke(revocation: Partial<Revocation>): void;
  /** Commits events in one unit of work. */
  commit(count?: number): Promise<void>;
  close(): Promise<void>;
}

export interface SampleOptions extends Partial<Omit<ServerOptions, 'limits' | 'documentLimits'>> {
  readonly limits?: Partial<ServerLimits>;
  readonly documentLimits?: Partial<ServerOptions['documentLimits']>;
  readonly hubOptions?: Partial<FeedHubOptions>;
}

/** A server over real sockets, a real database and a real feed, with the sample schema. */
export async function openSampleServer(options: SampleOptions = {}): Promise<SampleServer> {
  const { db, organizationId, close: closeDatabase } = await openTestDatabase();
  const log: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line) => void log.push(line) });
  const wakeUp = createDatabaseWakeUp(db, { logger });
  const hub = createFeedHub({ db, wakeUp, logger, pollIntervalMs: 100, ...options.hubOptions });
  const callers = sampleCallers(organizationId);
  const asked = { count: 0, ms: 0, outage: false };
  const watchers = new Set<(revocation: Revocation) => void>();

  const server = await createHttpServer({
    schemas: sampleSchemas(),
    authenticate: async (credentials) => {
      asked.count += 1;
      if (asked.ms > 0) await sleep(asked.ms);
      if (asked.outage) throw new Error('the database is away');
      return callerOf(callers, credentials);
    },
    watchRevocations(onRevocation) {
      watchers.add(onRevocation);
      return () => watchers.delete(onRevocation);
    },
    createContext: (scope) => scope,
    hub,
    rateLimit: { points: 1_000_000, seconds: 60 },
    storefrontIntrospection: true,
    readiness: [],
    pages: async () => false,
    logger,
    ...options,
    documentLimits: { ...DEFAULT_DOCUMENT_LIMITS, ...options.documentLimits },
    limits: { ...DEFAULT_SERVER_LIMITS, ...options.limits },
  });
  const { url } = await server.listen(0, '127.0.0.1');
  return {
    url,
    wsUrl: `${url.replace('http', 'ws')}/graphql`,
    server,
    db,
    organizationId,
    log,
    callers,
    asked,
    revoke(revocation) {
      for (const watch of watchers) watch({ keyId: null, memberId: null, ...revocation });
    },
    async commit(count = 1) {
      await db.unitOfWork(organizationId, async (uow) => {
        recordEvents(
          uow,
          Array.from({ length: count }, () => ({ kind: 'REVIEW_RECEIVED' as const })),
        );
      });
      wakeUp.publish(organizationId);
    },
    async close() {
      await server.close();
      await hub.close();
      await wakeUp.close();
      await closeDatabase();
    },
  };
}

function sampleCallers(organizationId: string): Map<string, Caller> {
  const none = { organizationId, memberId: null, role: null, origins: null, expiresAt: null };
  const storefront = { ...none, audience: 'STOREFRONT' as const, scopes: new Set<never>() };
  return new Map<string, Caller>([
    [
      KEYS.secret,
      {
        ...none,
        audience: 'INTEGRATOR',
        keyId: 'key-secret',
        scopes: new Set(SCOPES.filter((scope) => scope !== 'keys:manage')),
      },
    ],
    [KEYS.publishable, { ...storefront, keyId: 'key-public' }],
    [KEYS.bound, { ...storefront, keyId: 'key-bound', origins: [SHOP] }],
  ]);
}

function callerOf(callers: Map<string, Caller>, { authorization }: Credentials): Caller {
  const caller = callers.get(authorization?.replace(/^Bearer /, '') ?? '');
  if (caller) return caller;
  throw new GraphQLError('This key is not known.', {
    extensions: { code: 'UNAUTHENTICATED', reason: 'KEY_UNKNOWN' },
  });
}
