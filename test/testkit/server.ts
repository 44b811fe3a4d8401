import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { announceCommits } from '../../src/feed/events.ts';
import { createDatabaseWakeUp } from '../../src/feed/wakeup.ts';
import { SCOPES } from '../../src/graphql/caller.ts';
import { assembleSchemas } from '../../src/graphql/schema.ts';
import { type App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { type RunningServer, serveApp } from '../../src/main.ts';
import { createKey } from '../../src/modules/accounts/index.ts';
import { entities } from '../../src/modules/entities.ts';
import { insertMetricDefaults } from '../../src/modules/metrics/index.ts';
import { resolvers } from '../../src/modules/resolvers.ts';
import type { Data } from './api.ts';
import { openTestDatabase } from './database.ts';
import { comparingEngines } from './engines.ts';

/** A whole server over a database of its own, with one organization, `test`, and its keys. */
export interface TestServer extends Pick<RunningServer, 'url' | 'wsUrl' | 'streamUrl'> {
  readonly db: Database;
  /** Undefined on the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly organizationId: string;
  readonly keys: Readonly<Record<'storefront' | 'integrator', string>>;
  /** Posts a query with a key; an answer with errors is thrown, with what was asked. */
  query(source: string, variables?: object, key?: string): Promise<Data>;
  close(): Promise<void>;
}

/**
 * Starts it on a free port. Each query is run on all engines, and their answers are compared; not
 * where `isCompared` is off, for tests that write while they read.
 */
export async function startTestServer(
  env: NodeJS.ProcessEnv = {},
  { isCompared = true, logger = pino({ level: 'silent' }) } = {},
): Promise<TestServer> {
  const { db, url, organizationId, close } = await openTestDatabase({ entities });
  await db.unitOfWork(organizationId, insertMetricDefaults);
  const dataDir = await mkdtemp(join(tmpdir(), 'antiphon-test-'));
  const config = {
    ...readConfig({ PORT: '0', ANTIPHON_DATA_DIR: dataDir, ...env }),
    databaseUrl: url ?? 'postgres://test',
  };
  const wakeUp = createDatabaseWakeUp(db, { logger });
  announceCommits(db, wakeUp);
  const app: App = {
    config,
    logger,
    db,
    wakeUp,
    schemas: await assembleSchemas(resolvers),
    close: async () => {
      await wakeUp.close();
      await close();
      await rm(dataDir, { recursive: true });
    },
  };
  const keys = await db.unitOfWork(organizationId, async (uow) => ({
    storefront: (await createKey(uow, { ...KEY, kind: 'PUBLISHABLE', scopes: [] }, 'OPERATOR'))
      .token,
    integrator: (await createKey(uow, { ...KEY, kind: 'SECRET', scopes: SCOPES }, 'OPERATOR'))
      .token,
  }));
  const server = await serveApp(app, isCompared ? { executor: comparingEngines(db) } : {});
  return {
    url: server.url,
    wsUrl: server.wsUrl,
    streamUrl: server.streamUrl,
    db,
    databaseUrl: url,
    organizationId,
    keys,
    query: (source, variables, key = keys.integrator) => post(server.url, source, variables, key),
    close: () => server.close(),
  };
}

const KEY = { name: 'test', origins: null, memberId: null, expiresAt: null };

async function post(
  url: string,
  query: string,
  variables: object = {},
  key: string,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors === undefined) return data;
  const requestId = response.headers.get('x-request-id');
  throw new Error(
    `${query}\n${JSON.stringify(variables)}\nrequest ${requestId}: ${JSON.stringify(errors)}`,
  );
}
