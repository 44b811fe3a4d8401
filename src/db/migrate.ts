import { ensureAppRole } from './app-role.ts';
import type { Database } from './database.ts';
import { migrationsList } from './migrations/index.ts';
import { MIGRATION_TABLE } from './orm-options.ts';
import { APP_ROLE } from './tenant.ts';

/** Any number of ours: it only must be the same in every process that migrates. */
const MIGRATION_LOCK = 7_411_826_001;

/**
 * Brings the database up to date. Several processes may start at once: one migrates, the others
 * wait for it.
 * @returns the names of the migrations applied by this call.
 * @throws AppRoleMissingError where the role is missing and this user may not create it.
 */
export async function migrate(db: Database): Promise<string[]> {
  await ensureAppRole(db, APP_ROLE);
  return db.exclusively(MIGRATION_LOCK, async () => {
    const applied = await db.orm.migrator.up();
    return applied.map(({ name }) => name);
  });
}

/** The names of the migrations that `migrate` would apply. Changes nothing. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const [table] = await db.system<{ exists: boolean }>(
    `select to_regclass('${MIGRATION_TABLE}') is not null as "exists"`,
  );
  const rows = table?.exists
    ? await db.system<{ name: string }>(`select name from ${MIGRATION_TABLE}`)
    : [];
  const applied = new Set(rows.map(({ name }) => name));
  return migrationsList.map(({ name }) => name).filter((name) => !applied.has(name));
}
