import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { APP_ROLE } from '../../src/db/tenant.ts';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { tenantColumn, tenantTables } from './catalog.ts';
import { insertSql, ofTenant, SampleTenant } from './sample-rows.ts';

let test: TestDatabase;
let tables: string[];
const ours = new SampleTenant(randomUUID());
const theirs = new SampleTenant(randomUUID());

beforeAll(async () => {
  test = await openTestDatabase();
  tables = await tenantTables(test.db);
  await ours.insertAll(test.db);
  await theirs.insertAll(test.db);
});
afterAll(() => test.close());

/** What one statement within a unit of work of ours answers; the unit is rolled back. */
async function inOurUnit(sql: string, values: readonly unknown[] = []): Promise<object[]> {
  let rows: object[] = [];
  const rollBack = new Error('rolled back on purpose');
  await expect(
    test.db.unitOfWork(ours.organizationId, async (uow) => {
      rows = await uow.execute(sql, values);
      throw rollBack;
    }),
  ).rejects.toBe(rollBack);
  return rows;
}

describe('row-level security', () => {
  it('is on for every tenant table, with one policy for all that is done to it', async () => {
    const rows = await test.db.system<{ table: string }>(
      `select c.relname as "table", c.relrowsecurity as enabled,
         (select array_agg(p.polcmd::text || p.polpermissive::text || (p.polroles = '{0}')::text)
          from pg_policy p where p.polrelid = c.oid and p.polqual is not null and p.polwithcheck is not null
         ) as policies
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`,
    );
    for (const table of tables) {
      expect(rows.find((row) => row.table === table)).toEqual({
        table,
        enabled: true,
        policies: ['*truetrue'],
      });
    }
  });

  it('binds the role of the units of work, which owns nothing and has no privilege', async () => {
    const [role] = await test.db.system(
      `select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,
         (select count(*) from pg_class where relowner = r.oid) as owned
       from pg_roles r where rolname = $1`,
      [APP_ROLE],
    );
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcanlogin: false,
      rolcreaterole: false,
      rolcreatedb: false,
      owned: 0,
    });
    expect(
      await inOurUnit(
        'select current_user::text as "user", session_user::text <> current_user as "other"',
      ),
    ).toEqual([{ user: APP_ROLE, other: true }]);
  });

  it('shows a unit of work nothing of another tenant, in any table', async () => {
    for (const table of tables) {
      const column = tenantColumn(table);
      const seen = await inOurUnit(`select distinct ${column} as tenant from ${table}`);
      expect({ table, seen }).toEqual({ table, seen: [{ tenant: ours.organizationId }] });
      const stored = await test.db.system<{ n: number }>(
        `select count(*) as n from ${table} where ${ofTenant(table)}`,
        [theirs.organizationId],
      );
      expect({ table, stored: (stored[0]?.n ?? 0) > 0 }).toEqual({ table, stored: true });
    }
  });

  it('lets a unit of work insert nothing into another tenant', async () => {
    for (const table of tables) {
      const row = theirs.row(table, { fresh: true });
      if (table === 'organization') row['id'] = randomUUID();
      const { sql, values } = insertSql(table, row);
      await expect(inOurUnitThrowing(sql, values)).rejects.toMatchObject({
        code: '42501',
        message: expect.stringContaining(`row-level security policy for table "${table}"`),
      });
    }
  });

  it('lets a unit of work update and delete nothing of another tenant', async () => {
    for (const table of tables) {
      const column = tenantColumn(table);
      const updated = await inOurUnit(
        `update ${table} set ${column} = ${column} returning ${column} as tenant`,
      );
      expect(new Set(updated.map((row) => JSON.stringify(row)))).toEqual(
        new Set([JSON.stringify({ tenant: ours.organizationId })]),
      );
      const named = await inOurUnit(
        `update ${table} set ${column} = ${column} where ${ofTenant(table)} returning ${column}`,
        [theirs.organizationId],
      );
      expect({ table, named }).toEqual({ table, named: [] });
      const deleted = await inOurUnit(
        `delete from ${table} where ${ofTenant(table)} returning ${column}`,
        [theirs.organizationId],
      );
      expect({ table, deleted }).toEqual({ table, deleted: [] });
    }
  });

  it('lets a unit of work hand no row over to another tenant', async () => {
    for (const table of tables) {
      await expect(
        inOurUnitThrowing(
          `update ${table} set ${tenantColumn(table)} = $1 where ${tenantColumn(table)} = $2`,
          [theirs.organizationId, ours.organizationId],
        ),
      ).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('shows nothing at all where no tenant was set', async () => {
    for (const table of tables) {
      const rows = await inOurUnit(
        `with unset as materialized (select set_config('antiphon.organization_id', '', true))
         select 1 from ${table} where exists (select from unset)`,
      );
      expect({ table, rows }).toEqual({ table, rows: [] });
    }
  });

  it('ends with the unit: what follows on the same connections is the owner again', async () => {
    await test.db.unitOfWork(ours.organizationId, async (uow) => uow.execute('select 1'));
    const states = await Promise.all(
      Array.from({ length: 12 }, () =>
        test.db.system(
          `select current_user = session_user as owner,
             coalesce(current_setting('antiphon.organization_id', true), '') as tenant`,
        ),
      ),
    );
    expect(new Set(states.map((rows) => JSON.stringify(rows)))).toEqual(
      new Set([JSON.stringify([{ owner: true, tenant: '' }])]),
    );
  });
});

/** As `inOurUnit`, for a statement that is to fail. */
function inOurUnitThrowing(sql: string, values: readonly unknown[]): Promise<object[]> {
  return test.db.unitOfWork(ours.organizationId, (uow) => uow.execute(sql, values));
}

describe('row-level security of reads', () => {
  const seesOthers = `select $1::uuid = organization_id as ours from review
    where (organization_id = $1 or organization_id <> $1)`;

  it('is off by default: the tenant in the text is what separates', async () => {
    const rows = await test.db.read<{ ours: boolean }>(ours.organizationId, seesOthers);
    expect(rows.map((row) => row.ours).sort()).toEqual([false, true]);
  });

  describe('when it is switched on', () => {
    let secured: TestDatabase;
    beforeAll(async () => {
      secured = await openTestDatabase({ readRowSecurity: true, poolSize: 2 });
      await ours.insertAll(secured.db);
      await theirs.insertAll(secured.db);
    });
    afterAll(() => secured.close());

    it('shows nothing of another tenant, whatever the text', async () => {
      for (const table of tables) {
        const column = tenantColumn(table);
        const rows = await secured.db.read(
          ours.organizationId,
          `select distinct ${column} as tenant from ${table} as organization_id
           where (${column} = $1 or true) /* organization_id = $1 */`,
        );
        expect({ table, rows }).toEqual({ table, rows: [{ tenant: ours.organizationId }] });
      }
    });

    it('leaves nothing of a tenant on the connection for the next one', async () => {
      const visible = `select organization_id as tenant from review
        where (organization_id = $1 or organization_id <> $1)`;
      const readAs = (tenant: SampleTenant) =>
        secured.db
          .read(tenant.organizationId, visible)
          .then((rows) => expect(rows).toEqual([{ tenant: tenant.organizationId }]));
      await Promise.all(Array.from({ length: 40 }, (_, turn) => readAs(turn % 2 ? ours : theirs)));
      await expect(
        secured.db.read(ours.organizationId, 'select 1/0 from review where organization_id = $1'),
      ).rejects.toMatchObject({ code: '22012' });
      await readAs(theirs);
      await readAs(ours);
    });
  });
});
