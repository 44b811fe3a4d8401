import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { migrate, pendingMigrations } from '../../src/db/migrate.ts';
import { migrationsList } from '../../src/db/migrations/index.ts';
import {
  createOrganization,
  onPostgres,
  requireTestUrl,
  runAsAdministrator,
} from '../testkit/database.ts';
import { tableNames, UNTENANTED_TABLES } from '../db/catalog.ts';
import { until } from '../testkit/until.ts';

const describeOnPostgres = onPostgres ? describe : describe.skip;
const names = migrationsList.map(({ name }) => name);

let databaseName: string;
let opened: Database[];

beforeEach(async () => {
  databaseName = `antiphon_migrations_${randomBytes(6).toString('hex')}`;
  opened = [];
  if (onPostgres) await runAsAdministrator(`create database ${databaseName}`);
});
afterEach(async () => {
  for (const db of opened) await db.close();
  if (onPostgres) await runAsAdministrator(`drop database if exists ${databaseName} with (force)`);
});

/** An empty database; on PostgreSQL, each call opens the same one. */
async function open(): Promise<Database> {
  const url = onPostgres ? new URL(requireTestUrl()) : undefined;
  if (url !== undefined) url.pathname = `/${databaseName}`;
  const db = await openDatabase({ url: url?.href });
  opened.push(db);
  return db;
}

/** Whether a process waits for the lock of the migrations. */
async function someoneWaits(db: Database): Promise<boolean> {
  const waiting = await db.system(
    `select from pg_locks where locktype = 'advisory' and not granted and database = (
       select oid from pg_database where datname = current_database())`,
  );
  return waiting.length > 0;
}

describe('migrations', () => {
  it('bring an empty database up to date, once, and say what they did', async () => {
    const db = await open();
    expect(await pendingMigrations(db)).toEqual(names);
    expect(await tableNames(db)).toEqual([]); // to ask changes nothing
    expect(await migrate(db)).toEqual(names);
    expect(await pendingMigrations(db)).toEqual([]);
    expect(await tableNames(db)).toEqual(expect.arrayContaining(['review', ...UNTENANTED_TABLES]));
    const organizationId = await createOrganization(db, { slug: 'kept' });
    expect(await migrate(db)).toEqual([]);
    expect(
      await db.read(organizationId, 'select slug from organization where organization.id = $1'),
    ).toEqual([{ slug: 'kept' }]);
  });

  it('leave nothing behind when one of them fails, and go through after that', async () => {
    const db = await open();
    await db.system('create table response_revision (in_the_way integer)');
    await expect(migrate(db)).rejects.toThrow(/response_revision.*already exists/);
    expect(await tableNames(db)).toEqual(['response_revision', 'schema_migration']);
    expect(await pendingMigrations(db)).toEqual(names);
    await db.system('drop table response_revision');
    expect(await migrate(db)).toEqual(names);
  });

  it('have names that sort in their order, since each builds on those before it', () => {
    expect([...names].sort()).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
  });
});

describeOnPostgres('migrations of several processes that start at once', () => {
  it('are applied by one of them, while the others wait', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => open()));
    const applied = await Promise.all(databases.map((db) => migrate(db)));
    expect(applied.flat()).toEqual(names);
    for (const db of databases) expect(await pendingMigrations(db)).toEqual([]);
  });

  it('go on in another process when the one that held the lock is gone', async () => {
    const [first, second] = [await open(), await open()];
    const held = Promise.withResolvers<void>();
    const failure = Promise.withResolvers<never>();
    const failing = first.exclusively(7_411_826_001, () => {
      held.resolve();
      return failure.promise;
    });
    await held.promise;
    const migrating = migrate(second);
    await until('the second waits', () => someoneWaits(first));
    expect(await pendingMigrations(first)).toEqual(names);
    failure.reject(new Error('gone'));
    await expect(failing).rejects.toThrow('gone');
    expect(await migrating).toEqual(names);
  });
});
