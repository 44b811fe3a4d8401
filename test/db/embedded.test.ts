import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync, openAsBlob, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { EmbeddedDatabaseInUse } from '../../src/db/embedded-lock.ts';
import { migrate, pendingMigrations } from '../../src/db/migrate.ts';
import { Child } from '../testkit/child.ts';
import { createOrganization } from '../testkit/database.ts';
import { preparedDatabase } from '../testkit/prepared-database.ts';

// Each test starts the database several times, in processes of its own.
jest.setTimeout(120_000);

const WRITER = join(import.meta.dirname, 'processes/write-forever.ts');

let dataDir: string;
let toEnd: (() => Promise<unknown>)[];

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'antiphon-embedded-')), 'data');
  toEnd = [];
});
afterEach(async () => {
  for (const end of toEnd.reverse()) await end();
  await rm(join(dataDir, '..'), { recursive: true });
});

async function open(snapshot?: Blob): Promise<Database> {
  const db = await openDatabase({ dataDir, snapshot });
  toEnd.push(() => db.close());
  return db;
}

function write(...parameters: string[]): Child {
  const child = new Child(WRITER, dataDir, ...parameters);
  toEnd.push(() => child.kill());
  return child;
}

const { snapshotFile } = preparedDatabase();
const snapshot = () => openAsBlob(snapshotFile);

describe('an embedded database in a directory', () => {
  it('starts from a snapshot, keeps what is written, and is not started anew after that', async () => {
    const db = await open(await snapshot());
    expect(await pendingMigrations(db)).toEqual([]);
    await createOrganization(db, { slug: 'kept' });
    await db.close();
    const again = await open(await snapshot());
    expect(await again.system('select slug from organization')).toEqual([{ slug: 'kept' }]);
    await again.unitOfWork('0198f0a4-0000-7000-8000-000000000001', async () => undefined);
  });

  it('is refused to a second holder, and given to it after the first has closed', async () => {
    const db = await open(await snapshot());
    await expect(openDatabase({ dataDir })).rejects.toThrow(EmbeddedDatabaseInUse);
    expect(await db.system('select 1 as one')).toEqual([{ one: 1 }]);
    await db.close();
    await expect(db.system('select 1')).rejects.toThrow('The database is closed');
    await (await open()).close();
  });

  it('gives the lock back when it cannot be opened', async () => {
    await mkdir(join(dataDir, 'database'), { recursive: true });
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '9\n');
    await expect(openDatabase({ dataDir })).rejects.toThrow(
      /data\/database cannot be opened.*Move that directory away/s,
    );
    await expect(stat(join(dataDir, 'antiphon.lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps every write that was told, when its process is killed', async () => {
    await (await open(await snapshot())).close();
    const child = write();
    await child.line(/^30$/);
    await expect(openDatabase({ dataDir })).rejects.toThrow(`in use by process ${child.pid}`);
    await child.kill();
    const told = Number(child.lines.at(-1));
    const db = await open();
    const [stored] = await db.system<{ n: number }>('select count(*) as n from product');
    expect(stored?.n).toBeGreaterThanOrEqual(told);
    expect(stored?.n).toBeLessThanOrEqual(told + 1);
    await createOrganization(db, { slug: 'after' });
  });
});

describe('a first start that is killed is made good by the next one', () => {
  const fileCount = () => {
    const database = join(dataDir, 'database');
    return existsSync(database) ? readdirSync(database, { recursive: true }).length : 0;
  };

  /** Looks without a pause, because all the files are there within half a second. */
  async function untilFiles(child: Child, count: number) {
    while (fileCount() < count && !child.lines.includes('opened')) await setImmediate();
  }

  async function expectUsable(from?: Blob) {
    const db = await open(from);
    // What was half there is gone: it starts from the snapshot again, and not from nothing.
    if (from !== undefined) expect(await pendingMigrations(db)).toEqual([]);
    await migrate(db);
    await createOrganization(db, { slug: 'first' });
    expect(await db.system(`select slug from organization where slug = 'first'`)).toHaveLength(1);
  }

  it.each([1, 100, 600])('from a snapshot, at its %dth file', async (count) => {
    const child = write(snapshotFile);
    await untilFiles(child, count);
    await child.kill();
    expect(existsSync(join(dataDir, 'database.incomplete'))).toBe(true);
    await expectUsable(await snapshot());
  });

  it('from nothing, in the middle of its files', async () => {
    const child = write();
    await untilFiles(child, 300);
    await child.kill();
    expect(existsSync(join(dataDir, 'database.incomplete'))).toBe(true);
    await expectUsable();
  });

  it.each([/opened/, /^3$/])('after it printed %p, with what it wrote', async (line) => {
    const child = write(snapshotFile);
    await child.line(line);
    await child.kill();
    const written = Number(child.lines.at(-1)) || 0;
    await expectUsable();
    const db = await (await reopened()).system<{ n: number }>('select count(*) as n from product');
    expect(db[0]?.n).toBeGreaterThanOrEqual(written);
  });

  async function reopened(): Promise<Database> {
    await toEnd.pop()?.();
    return open();
  }
});
