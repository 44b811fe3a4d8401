/** Reads that wait for the same statement, and are answered by one. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseClosedError } from '../../src/db/errors.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { gatheredText } from '../../src/db/wire/gathered-text.ts';
import { entities } from '../../src/modules/entities.ts';
import {
  createOrganization,
  onPostgres,
  openTestDatabase,
  type TestDatabase,
} from '../testkit/database.ts';

const TENANT = 'from organization where organization.id = $1';

describe('a statement for several askers', () => {
  it('has the parameters of one, as arrays', () => {
    const text = gatheredText(`select slug ${TENANT} and 2 > $2::int and slug = any($3::text[])`);
    expect(text).toContain('unnest($1::uuid[], $2::int[], $3::text[]) with ordinality');
    expect(text).toContain('asked.p3::text[] as p3');
    expect(text).toContain(
      `(select slug ${TENANT.replace('$1', 'asked.p1')} and 2 > asked.p2 and slug = any(asked.p3))`,
    );
  });

  it('leaves alone what only looks like a parameter', () => {
    const quoted = `select '$2 isn''t one' as "$3"`;
    expect(gatheredText(`${quoted} ${TENANT}`)).toContain(quoted);
  });

  it.each([
    ['that is not cast', `select $2 ${TENANT}`],
    ['that is cast in one of two places', `select $2::int ${TENANT} and $2 > 0`],
    ['that is cast to two types', `select $2::int, $2::text ${TENANT}`],
    ['that is the organization as something else', `select $1::text ${TENANT}`],
  ])('there is none where there is a parameter %s', (_what, text) => {
    expect(gatheredText(text)).toBeNull();
  });
});

(onPostgres ? describe : describe.skip)('reads that wait for one statement', () => {
  let test: TestDatabase;
  let other: string;
  /** With one connection for reads, so that they have to wait, and what it has prepared can be seen. */
  let db: Database;
  beforeAll(async () => {
    test = await openTestDatabase({ entities });
    other = await createOrganization(test.db, { slug: 'other' });
    db = await open();
  }, 60_000);
  afterAll(async () => {
    await db.close();
    await test.close();
  });

  const open = (poolSize = 2) => openDatabase({ url: test.url, entities, poolSize });
  const manyOf = <T>(count: number, make: (i: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, i) => make(i)));

  /** How many statements the connection has prepared that answer several at once, with this in their text. */
  async function gatheredWith(part: string, on = db): Promise<number> {
    const [row] = await on.read<{ count: number }>(
      test.organizationId,
      `select count(*)::int as count from pg_prepared_statements, organization
       where organization.id = $1 and statement like 'select answer.*, asked.number%' and position($2::text in statement) > 0`,
      [part],
    );
    return row?.count ?? -1;
  }

  it('each get their own rows, in their order, whoever asks', async () => {
    const sql = `select n.n, n.n * 2 as n, slug ${TENANT.replace('where', 'cross join generate_series(1, $2::int) n(n) where')}
      order by organization.slug, n.n desc`;
    const rowsOf = (i: number) => [i % 2 ? 'other' : 'test', i % 5] as const;
    const answers = await manyOf(60, (i) =>
      db.readCells(i % 2 ? other : test.organizationId, sql, [i % 5]),
    );
    answers.forEach((cells, i) => {
      const [slug, count] = rowsOf(i);
      const expected = Array.from({ length: count }, (_, row) => count - row);
      expect(cells.map((row) => row.slice(0, 3))).toEqual(
        expected.map((n) => [String(n), String(2 * n), slug]),
      );
    });
    expect(await gatheredWith('generate_series(1, asked.p2)')).toBe(1);
  });

  it('each have their own values, whatever is in them', async () => {
    const values = [
      null,
      '',
      'null',
      '{}',
      '"quoted"',
      `it's`,
      'a\\b',
      'a,b',
      '{é’😀}',
      'two\nlines',
      '$1',
    ];
    const sql = `select $2::text as text, $3::text[] as list, $4::bool as yes, $5::timestamptz as at, $6::bytea as bytes ${TENANT}`;
    const asked = (i: number) => ({
      text: values[i % values.length],
      list: values.slice(0, i % (values.length + 1)),
      yes: i % 3 ? i % 3 === 1 : null,
      at: new Date(Date.UTC(2026, 0, i + 1)),
      bytes: Buffer.from([i, 0, 92, 255]),
    });
    const answers = await manyOf(48, (i) =>
      db.read(test.organizationId, sql, Object.values(asked(i))),
    );
    expect(answers).toEqual(Array.from({ length: 48 }, (_, i) => [asked(i)]));
    expect(await gatheredWith('asked.p6 as bytes')).toBe(1);
  });

  it('are refused by themselves', async () => {
    const sql = `select 12 / $2::int as parts ${TENANT}`;
    const unsendable = {
      toPostgres() {
        throw new Error('cannot be sent');
      },
    };
    const wanted = Array.from({ length: 40 }, (_, i) => (i === 20 ? unsendable : i % 4));
    const answers = await Promise.allSettled(
      wanted.map((value) => db.read(test.organizationId, sql, [value])),
    );
    const told = answers.map((answer) =>
      answer.status === 'fulfilled' ? answer.value : (answer.reason as Error).message,
    );
    expect(told).toEqual(
      wanted.map((value) => {
        if (typeof value !== 'number') return 'cannot be sent';
        return value === 0 ? 'division by zero' : [{ parts: Math.trunc(12 / value) }];
      }),
    );
  });

  it('are asked one by one where they cannot be asked together', async () => {
    // An aggregate over nothing but a parameter would belong to the statement around it.
    const sql = `select max($2::int) as most ${TENANT}`;
    for (let turn = 0; turn < 2; turn++) {
      const answers = await manyOf(20, (i) => db.read(test.organizationId, sql, [i]));
      expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => [{ most: i }]));
    }
    expect(await gatheredWith('max(')).toBe(0);
  });

  it('do not wait for others that take long', async () => {
    const sql = `select pg_sleep($2::float8)::text as slept ${TENANT}`;
    await manyOf(12, () => db.read(test.organizationId, sql, [0.03]));
    await manyOf(12, () => db.read(test.organizationId, sql, [0.03]));
    expect(await gatheredWith('pg_sleep')).toBe(0);
  });

  it('leave others their turn, however often they are asked', async () => {
    const slow = `select pg_sleep($2::float8)::text as slept ${TENANT}`;
    const other = `select slug as name ${TENANT}`;
    const askers = 10;
    let answered = 0;
    let answeredBefore = Infinity;
    await manyOf(askers, async (i) => {
      for (let turn = 0; turn < 12; turn++) {
        await db.read(test.organizationId, slow, [0.011]);
        answered++;
        // Long after the first ones have come again and again.
        if (i === 0 && turn === 8) {
          const since = answered;
          void db.read(test.organizationId, other).then(() => (answeredBefore = answered - since));
        }
      }
    });
    // One turn of each, and who was let in meanwhile.
    expect(answeredBefore).toBeLessThanOrEqual(2 * askers);
  });

  it('are all told when the connection is lost, and others are answered after it', async () => {
    const pool = await open();
    const sql = `select pg_backend_pid() as pid, $2::int as i, pg_sleep(0.002)::text as slept ${TENANT}`;
    const [first] = await pool.read<{ pid: number }>(test.organizationId, sql, [0]);
    const asked = manyOf(60, async (i) =>
      pool.read<{ i: number }>(test.organizationId, sql, [i]).then(
        ([row]) => row?.i,
        () => 'lost',
      ),
    );
    await test.db.system('select pg_terminate_backend($1::int)', [first?.pid]);
    const told = await asked;
    told.forEach((answer, i) => expect([i, 'lost']).toContain(answer));
    expect(told).toContain('lost');
    expect(await pool.read(test.organizationId, sql, [7])).toMatchObject([{ i: 7 }]);
    await pool.close();
  });

  it('are answered before closing, and refused after it', async () => {
    const pool = await open();
    const sql = `select $2::int as i ${TENANT}`;
    const asked = manyOf(60, (i) => pool.read(test.organizationId, sql, [i]));
    const closed = pool.close();
    expect(await asked).toEqual(Array.from({ length: 60 }, (_, i) => [{ i }]));
    await closed;
    await expect(pool.read(test.organizationId, sql, [1])).rejects.toThrow(DatabaseClosedError);
  });
});
