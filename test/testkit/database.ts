import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/db/database.ts';
import { preparedDatabase } from './prepared-database.ts';

/** True where the suites run on PostgreSQL: what needs concurrency runs there only. */
export const onPostgres = process.env['TEST_DATABASE_URL'] !== undefined;

export interface TestDatabase {
  db: Database;
  /** An organization that is there already, with the slug `test`. */
  organizationId: string;
  /** The URL of this database; undefined on the embedded one. */
  url: string | undefined;
  /** Closes it, and drops it on PostgreSQL. */
  close(): Promise<void>;
}

/** A migrated database of its own: on PostgreSQL with TEST_DATABASE_URL, embedded in memory without. */
export async function openTestDatabase(
  options: Omit<DatabaseOptions, 'url' | 'dataDir' | 'snapshot'> = {},
): Promise<TestDatabase> {
  const place = onPostgres ? await createFromTemplate() : await loadSnapshot();
  const db = await openDatabase({ ...options, ...place.options });
  const close = async () => {
    await db.close();
    await place.drop();
  };
  try {
    const organizationId = await createOrganization(db, { slug: 'test' });
    return { db, organizationId, url: place.options.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same database once more, as another process opens it; on PostgreSQL. */
export async function openBeside(
  { url, organizationId }: Pick<TestDatabase, 'url' | 'organizationId'>,
  options: Omit<DatabaseOptions, 'url' | 'dataDir' | 'snapshot'> = {},
): Promise<TestDatabase> {
  if (url === undefined) throw new Error('nobody shares the embedded database');
  const db = await openDatabase({ ...options, url });
  return { db, organizationId, url, close: () => db.close() };
}

interface NewOrganization {
  slug: string;
  name?: string;
  timeZone?: string;
  locale?: string;
}

/** An organization with its feed counter, as accounts make it, but without members and keys. */
export async function createOrganization(
  db: Database,
  { slug, name = slug, timeZone = 'UTC', locale = 'en' }: NewOrganization,
): Promise<string> {
  const id = uuidv7();
  await db.unitOfWork(id, async (uow) => {
    await uow.execute(
      'insert into organization (id, slug, name, time_zone, locale, created_at) values ($1, $2, $3, $4, $5, $6)',
      [id, slug, name, timeZone, locale, uow.now],
    );
    await uow.execute('insert into feed_counter (organization_id, epoch) values ($1, $2)', [
      id,
      randomBytes(8).toString('base64url'),
    ]);
  });
  return id;
}

interface Place {
  options: { url?: string; snapshot?: Blob };
  drop(): Promise<void>;
}

async function loadSnapshot(): Promise<Place> {
  const snapshot = await openAsBlob(preparedDatabase().snapshotFile);
  return { options: { snapshot }, drop: async () => undefined };
}

async function createFromTemplate(): Promise<Place> {
  const { templateName } = preparedDatabase();
  const name = `antiphon_test_${randomBytes(6).toString('hex')}`;
  await runAsAdministrator(`create database ${name} template ${templateName}`);
  const url = new URL(requireTestUrl());
  url.pathname = `/${name}`;
  return {
    options: { url: url.href },
    drop: () => runAsAdministrator(`drop database if exists ${name} with (force)`),
  };
}

/** Runs a statement that belongs to no test database, on the one of TEST_DATABASE_URL. */
export async function runAsAdministrator(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: requireTestUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @throws Error where the suites do not run on PostgreSQL. */
export function requireTestUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('TEST_DATABASE_URL is not set');
  return url;
}
