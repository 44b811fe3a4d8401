import { openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { commandLogger } from './command-logger.ts';
import { unreachable } from './connect.ts';

/**
 * For commands that work on the installation itself, and so are not reached through GraphQL.
 * @throws CommandError where the database is not to be had
 */
export async function onDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const config = readConfig();
  const app = await openApp(config, commandLogger(config)).catch((error: unknown) => {
    throw unreachable(error);
  });
  try {
    return await work(app.db);
  } finally {
    await app.close();
  }
}
