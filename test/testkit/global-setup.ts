import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { makeSnapshot } from '../../src/db/snapshot.ts';
import { rememberPreparedDatabase } from './prepared-database.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Makes, once for each state of the migrations, the database that every test file starts from. */
export default async function prepare(): Promise<void> {
  const url = process.env['TEST_DATABASE_URL'];
  const { snapshotFile, templateName } = rememberPreparedDatabase();
  if (url !== undefined) await prepareTemplate(url, templateName);
  // The embedded database has tests of its own, also where the others run on PostgreSQL.
  if (!existsSync(snapshotFile)) await prepareSnapshot(snapshotFile);
}

async function prepareSnapshot(file: string): Promise<void> {
  const snapshot = await makeSnapshot('none');
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, Buffer.from(await snapshot.arrayBuffer()));
  await rename(draft, file);
  await removeOldSnapshots(dirname(file));
}

/** Each state of the migrations leaves one of 30 MB; other runs may still use those of today. */
async function removeOldSnapshots(directory: string): Promise<void> {
  const ours = new RegExp(`^antiphon-${userInfo().uid}-[0-9a-f]{16}\\.tar$`);
  for (const name of (await readdir(directory)).filter((file) => ours.test(file))) {
    const path = join(directory, name);
    if (Date.now() - (await stat(path)).mtimeMs > DAY_MS) await rm(path, { force: true });
  }
}

async function prepareTemplate(url: string, name: string): Promise<void> {
  const administrator = new pg.Client({ connectionString: url });
  await administrator.connect();
  try {
    // Other runs may be at it; and the marker says that the one that made it also finished it.
    await administrator.query('select pg_advisory_lock(7411826002)');
    const { rows } = await administrator.query<{ ready: boolean }>(
      'select datistemplate as ready from pg_database where datname = $1',
      [name],
    );
    if (rows[0]?.ready === true) return;
    await administrator.query(`drop database if exists ${name} with (force)`);
    await administrator.query(`create database ${name}`);
    const templateUrl = new URL(url);
    templateUrl.pathname = `/${name}`;
    const db = await openDatabase({ url: templateUrl.href });
    await migrate(db).finally(() => db.close());
    await administrator.query(`alter database ${name} is_template true`);
  } finally {
    await administrator.end();
  }
}
