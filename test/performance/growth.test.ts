/**
 * The same operations over a table and over one ten times as long: what they read must not grow
 * with it. Looked at in PostgreSQL's own counts, which do not depend on the machine.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { onPostgres } from '../testkit/database.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { HOT_OPERATIONS, type HotOperation } from './hot-operations.ts';
import { type Read, type WatchedDatabase, watchedDatabase } from './watched-database.ts';
import { addPlaces, addReviews, lookAround, type World } from './world.ts';

/** The embedded database takes its time. */
const SIZES = onPostgres ? [2_000, 20_000] : [1_000, 5_000];

/** What is read to answer once. */
interface Work {
  /** In all tables, also those that a condition leaves out. */
  readonly rows: number;
  /** Of 8 KiB, of tables and indexes. */
  readonly blocks: number;
}

const found = new Map<string, Work[]>();

beforeAll(async () => {
  for (const size of SIZES) await lookAt(size);
});

/** A server of its own for each size: what one operation writes would be in the way of others. */
async function lookAt(size: number): Promise<void> {
  const server = await startTestServer(
    { ANTIPHON_ANSWER_CACHE_BYTES: '0', ANTIPHON_RATE_LIMIT_COST: '2000000000' },
    { isCompared: false },
  );
  try {
    await addPlaces(server.query);
    await addReviews(server.query, 0, size);
    await server.db.system('vacuum analyze');
    const world = await lookAround(server.query);
    const database = watchedDatabase(server.db);
    for (const operation of HOT_OPERATIONS) {
      const { reads, touched } = await asked(database, server, operation, world);
      const work = operation.isQuery
        ? await workOf(server.db, reads)
        : { rows: touched, blocks: 0 };
      found.set(operation.name, [...(found.get(operation.name) ?? []), work]);
    }
  } finally {
    await server.close();
  }
}

/** Of several runs the one that touched the least: what comes by itself only adds. */
async function asked(
  database: WatchedDatabase,
  server: TestServer,
  operation: HotOperation,
  world: World,
) {
  const ask = () =>
    server.query(operation.document, operation.variables(world), server.keys[operation.key]);
  const runs = [await database.watch(ask), await database.watch(ask), await database.watch(ask)];
  return runs.reduce((least, run) => (run.touched < least.touched ? run : least));
}

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

async function workOf(db: Database, reads: readonly Read[]): Promise<Work> {
  let [rows, blocks] = [0, 0];
  for (const { sql, values } of reads) {
    const explain = `explain (analyze, buffers, format json) ${sql}`;
    // The first run reads the system's own tables, too.
    await db.system(explain, values);
    const [row] = await db.system<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explain, values);
    const plan = row!['QUERY PLAN'][0].Plan;
    rows += rowsRead(plan);
    blocks += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }
  return { rows, blocks };
}

function rowsRead(node: PlanNode): number {
  const removed =
    (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const own =
    node['Relation Name'] === undefined
      ? 0
      : (node['Actual Rows'] + removed) * node['Actual Loops'];
  return own + (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), 0);
}

/** An index gets a level deeper, pages are filled otherwise: a little, whatever the table's length. */
function mostAfter({ rows, blocks }: Work): Work {
  return {
    rows: 1.2 * rows + 20,
    // A scan by an index looks into a block again for each of its rows, where one by a bitmap does so once.
    blocks: Math.max(1.5 * blocks, rows) + 30,
  };
}

describe(`from ${SIZES[0]} reviews to ${SIZES[1]}`, () => {
  it.each(HOT_OPERATIONS.map(({ name }) => name))('%s reads as much as before', (name) => {
    const [small, large] = found.get(name) as [Work, Work];
    const most = mostAfter(small);
    const isWithin = large.rows <= most.rows && large.blocks <= most.blocks;
    expect({ name, small, large, isWithin }).toMatchObject({
      isWithin: true,
    });
  });
});
