/** A process that is killed while writes share units has stored each that was told, and none by half. */
import { expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { Child } from '../testkit/child.ts';
import { createOrganization, onPostgres, openTestDatabase } from '../testkit/database.ts';
import { preparedDatabase } from '../testkit/prepared-database.ts';

const WRITER = join(import.meta.dirname, '../db/processes/share-forever.ts');

async function expectWhole(db: Database, organizationId: string, told: readonly string[]) {
  const rows = await db.read<{ name: string; halves: number; commit: string }>(
    organizationId,
    `select name, count(*)::int as halves, min(xmin::text) as commit from product
     where organization_id = $1 group by name`,
    [],
  );
  expect(rows.filter(({ halves }) => halves !== 2)).toEqual([]);
  const stored = new Set(rows.map(({ name }) => name));
  expect(told.filter((name) => !stored.has(name))).toEqual([]);
  // Of each of the sixteen, at most the write that was under way is stored and was not told.
  expect(rows.length - told.length).toBeLessThanOrEqual(16);
  expect(new Set(rows.map(({ commit }) => commit)).size).toBeLessThan(rows.length / 2);
}

/** Runs the writers until the third write of one of them is told, and kills them. */
async function toldBefore(organizationId: string, place: string): Promise<readonly string[]> {
  const child = new Child(WRITER, organizationId, place);
  try {
    await child.line(/^7\.3$/);
  } finally {
    await child.kill();
  }
  return child.lines;
}

(onPostgres ? it : it.skip)('on PostgreSQL', async () => {
  const { db, organizationId, url = '', close } = await openTestDatabase();
  try {
    await expectWhole(db, organizationId, await toldBefore(organizationId, url));
  } finally {
    await close();
  }
});

it('on the embedded database', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'antiphon-killed-'));
  const open = async () =>
    openDatabase({ dataDir, snapshot: await openAsBlob(preparedDatabase().snapshotFile) });
  try {
    const before = await open();
    const organizationId = await createOrganization(before, { slug: 'killed' });
    await before.close();
    const told = await toldBefore(organizationId, dataDir);
    const db = await open();
    await expectWhole(db, organizationId, told).finally(() => db.close());
  } finally {
    await rm(dataDir, { recursive: true });
  }
}, 60_000);
