import 'reflect-metadata';
import { openConfiguredDatabase } from '../app.ts';
import { readConfig } from '../config.ts';
import { migrate, pendingMigrations } from '../db/migrate.ts';
import { commandLogger } from './command-logger.ts';
import { unreachable } from './connect.ts';
import { openTerminal } from './terminal.ts';

/** @throws CommandError where the database cannot be reached, or a running server holds it */
export async function migrateDatabase(options: { dryRun?: true; json?: true }): Promise<void> {
  const terminal = openTerminal(options);
  const config = readConfig();
  const db = await openConfiguredDatabase(config, commandLogger(config)).catch((error: unknown) => {
    throw unreachable(error);
  });
  try {
    const names = options.dryRun ? await pendingMigrations(db) : await migrate(db);
    const verb = options.dryRun ? 'Pending' : 'Applied';
    const list = names.map((name) => `  ${name}`).join('\n');
    const text = names.length === 0 ? 'The database is up to date.' : `${verb}:\n${list}`;
    terminal.result({ [verb.toLowerCase()]: names }, text);
  } catch (error) {
    throw unreachable(error);
  } finally {
    await db.close();
  }
}
