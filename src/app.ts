import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { type Database, openDatabase } from './db/database.ts';
import { migrate } from './db/migrate.ts';
import { announceCommits } from './feed/events.ts';
import { createNatsWakeUp } from './feed/nats.ts';
import { createDatabaseWakeUp, type WakeUp } from './feed/wakeup.ts';
import { assembleSchemas, type Schemas } from './graphql/schema.ts';
import { entities } from './modules/entities.ts';
import { insertMissingMetricDefaults } from './modules/metrics/index.ts';
import { resolvers } from './modules/resolvers.ts';

/** What a server and a command share: a migrated database, its wake-ups, and the schema. */
export interface App {
  readonly config: Config;
  readonly logger: Logger;
  readonly db: Database;
  readonly wakeUp: WakeUp;
  readonly schemas: Schemas;
  close(): Promise<void>;
}

/** The version in package.json, found from `src` and from `dist` alike. */
export const VERSION = (
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8')) as {
    version: string;
  }
).version;

/** Opens the database of the configuration, as it is. */
export function openConfiguredDatabase(config: Config, logger: Logger): Promise<Database> {
  const { databaseUrl: url, poolSize, readRowSecurity, readTimeoutMs } = config;
  const where = url === undefined ? { dataDir: config.dataDir } : { url };
  return openDatabase({ ...where, entities, poolSize, readRowSecurity, readTimeoutMs, logger });
}

/** Opens and migrates the database, and builds the schema meanwhile. */
export async function openApp(config: Config, logger: Logger): Promise<App> {
  const schemas = assembleSchemas(resolvers);
  const db = await openConfiguredDatabase(config, logger);
  try {
    const applied = await migrate(db);
    if (applied.length > 0) logger.info({ migrations: applied }, 'database migrated');
    await insertMissingMetricDefaults(db);
    const wakeUp = wakeUpFor(config, db, logger);
    announceCommits(db, wakeUp);
    const close = async () => {
      await wakeUp.close();
      await db.close();
    };
    return { config, logger, db, wakeUp, schemas: await schemas, close };
  } catch (error) {
    await db.close();
    throw error;
  }
}

function wakeUpFor({ natsUrl }: Config, db: Database, logger: Logger): WakeUp {
  return natsUrl === undefined
    ? createDatabaseWakeUp(db, { logger })
    : createNatsWakeUp({ servers: natsUrl, logger });
}
