/** Imports of one organization take turns in a process: in order, bounded, and never at the cost of others. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ImportTurns } from '../../src/graphql/import-turns.ts';
import { callerOf, openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { startTestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';

let api: TestApi;
let other: string;
beforeAll(async () => {
  api = await openTestApi();
  other = await api.organization('other');
});
afterAll(() => api.close());

const IMPORT = `mutation ($input: ImportReviewsInput!) {
  importReviews(input: $input) { created userErrors { message } }
}`;

let made = 0;
const lastExternalId = () => `review-${made}`;
function importOne(organizationId: string) {
  made += 1;
  const externalId = lastExternalId();
  const review = { source: 'GOOGLE', externalId, rating: 4, authoredAt: '2026-02-01T00:00:00Z' };
  return api.attempt(
    IMPORT,
    { input: { reviews: [review] } },
    callerOf(organizationId, 'INTEGRATOR'),
  );
}
const imported = { data: { importReviews: { created: 1, userErrors: [] } }, errors: [] };

/** Another process keeps the organization's imports from going on while the work runs, which is told how many try to. */
async function heldUp(work: (trying: () => Promise<number>) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: api.url });
  await client.connect();
  try {
    const lock = `hashtext('antiphon.imports'), hashtext($1::text)`;
    await client.query(`select pg_advisory_lock(${lock})`, [api.organizationId]);
    await work(async () => {
      const sql = `select 1 from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`;
      return (await client.query(sql)).rows.length;
    });
  } finally {
    await client.end();
  }
}

(onPostgres ? describe : describe.skip)('imports of an organization', () => {
  it('leave connections to the writes of others', async () => {
    let waiting: ReturnType<typeof importOne>[] = [];
    await heldUp(async (trying) => {
      waiting = Array.from({ length: 8 }, () => importOne(api.organizationId));
      await until('some try', async () => (await trying()) >= 2);
      expect(await importOne(other)).toEqual(imported);
      expect(await trying()).toBe(2);
    });
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 8 }, () => imported));
  });

  it('are refused with nothing written where a hundred wait', async () => {
    let refused = '';
    let waiting: ReturnType<typeof importOne>[] = [];
    await heldUp(async (trying) => {
      waiting = Array.from({ length: 102 }, () => importOne(api.organizationId));
      await until('some try', async () => (await trying()) >= 2);
      const { data, errors } = await importOne(api.organizationId);
      expect(data).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 5 } }]);
      expect(errors[0].message).toContain('Nothing was written: 2 imports');
      refused = lastExternalId();
      expect(await importOne(other)).toEqual(imported);
    });
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 102 }, () => imported));
    const written = await api.db.read<{ is_refused: boolean }>(
      api.organizationId,
      'select external_id = $2 as is_refused from review where organization_id = $1',
      [refused],
    );
    expect(written.filter(({ is_refused }) => is_refused)).toEqual([]);
    expect(written.length).toBeGreaterThanOrEqual(102);
  });
});

describe('turns', () => {
  /** Work that ends when it is told to. */
  function pieces(turns: ImportTurns, names: readonly string[]) {
    const begun: string[] = [];
    const ends = new Map(names.map((name) => [name, Promise.withResolvers<void>()]));
    const done = names.map((name) =>
      turns.take('organization', async () => {
        begun.push(name);
        await ends.get(name)?.promise;
        return name;
      }),
    );
    return { begun, done, end: (name: string) => ends.get(name)?.resolve() };
  }

  it('come in the order of the calls', async () => {
    const turns = new ImportTurns();
    const { begun, done, end } = pieces(turns, ['a', 'b', 'c', 'd']);
    await until('two have begun', async () => begun.length === 2);
    expect(turns.stats).toEqual({ running: 2, waiting: 2 });
    end('b');
    expect(await done[1]).toBe('b');
    await until('the next has begun', async () => begun.length === 3);
    end('c');
    await until('the last has begun', async () => begun.length === 4);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    for (const name of ['a', 'd']) end(name);
    expect(await Promise.all(done)).toEqual(['a', 'b', 'c', 'd']);
    await until('they are forgotten', async () => turns.stats.running === 0);
  });

  it('are lost by who has waited too long, and by nobody who has begun', async () => {
    const turns = new ImportTurns({ atOnce: 1, longestWaitMs: 100 });
    const { begun, done, end } = pieces(turns, ['a', 'b']);
    await expect(done[1]).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
    end('a');
    expect(await done[0]).toBe('a');
    const after = pieces(turns, ['c']);
    await until('another one has begun', async () => after.begun.length === 1);
    after.end('c');
    expect(await after.done[0]).toBe('c');
    expect(begun).toEqual(['a']);
  });

  it('go on after a piece of work that failed', async () => {
    const turns = new ImportTurns({ atOnce: 1 });
    const failed = turns.take('organization', () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await turns.take('organization', async () => 'yes')).toBe('yes');
  });
});

describe('the metrics of a server', () => {
  it('tell how many imports run and wait', async () => {
    const server = await startTestServer();
    try {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      expect(text).toContain('antiphon_imports{state="running"} 0');
      expect(text).toContain('antiphon_imports{state="waiting"} 0');
    } finally {
      await server.close();
    }
  });
});
