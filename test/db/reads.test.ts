import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StatementNames, UntenantedReadError } from '../../src/db/statements.ts';
import {
  createOrganization,
  onPostgres,
  openTestDatabase,
  type TestDatabase,
} from '../testkit/database.ts';

const describeOnPostgres = onPostgres ? describe : describe.skip;

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 2, readTimeoutMs: 300 });
});
afterAll(() => test.close());

describe('a read', () => {
  it.each([
    'select * from review',
    'select * from review where id = $1',
    'select * from review where organization_id = $10',
    'select * from review where organization_id <> $1',
    'select * from review where other_organization_id = $1',
    'select * from organization where id = $1',
    '',
  ])('is refused without the tenant: %s', async (sql) => {
    await expect(test.db.read(test.organizationId, sql)).rejects.toThrow(UntenantedReadError);
  });

  it.each([
    'select 1 as one from organization where organization.id = $1',
    'select 1 as one from feed_counter where organization_id = $1',
    'select 1 as one from feed_counter f where f.organization_id=$1::uuid and last_seq < $2',
    'select 1 as one from feed_counter f WHERE F.ORGANIZATION_ID  =  $1',
  ])('is answered with it: %s', async (sql) => {
    const values = sql.includes('$2') ? [5] : [];
    expect(await test.db.read(test.organizationId, sql, values)).toEqual([{ one: 1 }]);
  });

  it('answers each tenant with its own', async () => {
    const other = await createOrganization(test.db, { slug: 'other' });
    const slugs = await Promise.all(
      [test.organizationId, other, test.organizationId].map((id) =>
        test.db.read(id, 'select slug from organization where organization.id = $1'),
      ),
    );
    expect(slugs).toEqual([[{ slug: 'test' }], [{ slug: 'other' }], [{ slug: 'test' }]]);
  });

  it('is possible after one that failed', async () => {
    const failing = 'select 1/0 from feed_counter where organization_id = $1';
    for (let turn = 0; turn < 3; turn++) {
      await expect(test.db.read(test.organizationId, failing)).rejects.toMatchObject({
        code: '22012',
      });
    }
    expect(
      await test.db.read(
        test.organizationId,
        'select 1 as one from feed_counter where organization_id = $1',
      ),
    ).toEqual([{ one: 1 }]);
  });

  it('is told to those who observe, until they stop', async () => {
    const seen: string[] = [];
    const stop = test.db.observe((sql) => seen.push(sql));
    const sql = 'select 1 as one from feed_counter where organization_id = $1';
    await test.db.read(test.organizationId, sql);
    await test.db.system('select 2');
    stop();
    await test.db.read(test.organizationId, sql);
    expect(seen).toEqual([sql, 'select 2']);
  });
});

describe('the names of prepared statements', () => {
  it('are one for each text, and bounded', () => {
    const names = new StatementNames(2);
    const first = names.name('select 1');
    expect(first).toMatch(/^a_[\w-]{22}$/);
    expect(names.name('select 1')).toBe(first);
    expect(names.name('select 2')).not.toBe(first);
    expect(names.name('select 3')).toBeNull();
    expect(names.size).toBe(2);
    names.renew();
    expect(names.name('select 3')).not.toBeNull();
    expect(names.name('select 1')).toBe(first);
  });
});

describeOnPostgres('a read on PostgreSQL', () => {
  it('is prepared once for each text, and planned without its values', async () => {
    const sql = 'select 1 as one from feed_counter where organization_id = $1 and last_seq < $2';
    for (const limit of [1, 2, 3]) await test.db.read(test.organizationId, sql, [limit]);
    const rows = await test.db.read(
      test.organizationId,
      `select generic_plans, custom_plans from pg_prepared_statements
       where statement = $2 and $1 <> '' /* organization_id = $1 */`,
      [sql],
    );
    expect(rows).toEqual([{ generic_plans: 3, custom_plans: 0 }]);
  });

  it('keeps a bounded number of prepared statements, however many texts there are', async () => {
    const count = async () => {
      const [row] = await test.db.read<{ n: number }>(
        test.organizationId,
        `select count(*) as n from pg_prepared_statements where $1 <> '' /* organization_id = $1 */`,
      );
      return row?.n ?? 0;
    };
    let most = 0;
    for (let text = 0; text < 1_200; text++) {
      await test.db.read(
        test.organizationId,
        `select ${text} as one from feed_counter where organization_id = $1`,
      );
      if (text % 100 === 99) most = Math.max(most, await count());
    }
    expect(most).toBeGreaterThan(300);
    expect(most).toBeLessThanOrEqual(500);
  });

  it('and those that wait for a connection are not disturbed when the statements are renewed', async () => {
    const slow = 'select pg_sleep(0.2) from feed_counter where organization_id = $1';
    const reads = [test.db.read(test.organizationId, slow)];
    for (let text = 0; text < 600; text++) {
      const sql = `select ${text} as two from feed_counter where organization_id = $1`;
      reads.push(test.db.read(test.organizationId, sql));
    }
    expect((await Promise.all(reads)).every((rows) => rows.length === 1)).toBe(true);
  });

  it('ends after its time, and leaves the connection of use', async () => {
    const slow = 'select pg_sleep(20) from feed_counter where organization_id = $1';
    await expect(test.db.read(test.organizationId, slow)).rejects.toMatchObject({ code: '57014' });
    expect(
      await test.db.read(
        test.organizationId,
        'select 1 as one from feed_counter where organization_id = $1',
      ),
    ).toEqual([{ one: 1 }]);
  });
});
