import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { AppRoleMissingError, ensureAppRole } from '../../src/db/app-role.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { APP_ROLE } from '../../src/db/tenant.ts';
import { tenantTables, UNTENANTED_TABLES } from '../db/catalog.ts';
import { insertSql, SampleTenant } from '../db/sample-rows.ts';
import { createOrganization, onPostgres, requireTestUrl } from '../testkit/database.ts';

const describeOnPostgres = onPostgres ? describe : describe.skip;

// The role belongs to the whole cluster, which other tests use at this time: here it has another name.
describeOnPostgres('the role of the units of work', () => {
  let administrator: pg.Client;
  let name: string;
  let role: string;
  let user: string;
  let opened: Database[];

  beforeEach(async () => {
    administrator = new pg.Client({ connectionString: requireTestUrl() });
    await administrator.connect();
    const id = randomBytes(6).toString('hex');
    name = `antiphon_role_${id}`;
    role = `antiphon_app_${id}`;
    user = `antiphon_user_${id}`;
    opened = [];
  });
  afterEach(async () => {
    for (const db of opened) await db.close();
    await administrator.query(`drop database if exists ${name} with (force)`);
    for (const made of [user, role]) await administrator.query(`drop role if exists ${made}`);
    await administrator.end();
  });

  /** A database that the user owns, opened by that user. */
  async function openAs(attributes: string): Promise<Database> {
    await administrator.query(`create role ${user} login password 'secret' ${attributes}`);
    await administrator.query(`create database ${name} owner ${user}`);
    return open();
  }

  async function open(): Promise<Database> {
    const url = new URL(requireTestUrl());
    Object.assign(url, { username: user, password: 'secret', pathname: `/${name}` });
    const db = await openDatabase({ url: url.href });
    opened.push(db);
    return db;
  }

  const mayBecomeRole = async (db: Database) =>
    db.system(`select pg_has_role(current_user, '${role}', 'MEMBER') as may`);

  it('is made, and the user may become it', async () => {
    const db = await openAs('createrole');
    await ensureAppRole(db, role);
    expect(await mayBecomeRole(db)).toEqual([{ may: true }]);
    await ensureAppRole(db, role);
  });

  it('is made once by many at once, also for several databases of the cluster', async () => {
    const first = await openAs('createrole');
    const databases = [first, ...(await Promise.all(Array.from({ length: 5 }, () => open())))];
    await Promise.all(databases.map((db) => ensureAppRole(db, role)));
    expect(await mayBecomeRole(first)).toEqual([{ may: true }]);
  });

  it('is used where an administrator made and granted it', async () => {
    const db = await openAs('');
    await administrator.query(`create role ${role} nologin`);
    await administrator.query(`grant ${role} to ${user}`);
    await ensureAppRole(db, role);
  });

  it('that the user may not make is told, with what an administrator must run', async () => {
    const db = await openAs('');
    const attempt = ensureAppRole(db, role);
    await expect(attempt).rejects.toThrow(AppRoleMissingError);
    await expect(attempt).rejects.toThrow(
      new RegExp(
        `administrator.*once:\n  CREATE ROLE ${role} NOLOGIN;\n  GRANT ${role} TO "${user}";$`,
        's',
      ),
    );
  });

  it('that is there, and that the user may not become, is told likewise', async () => {
    const db = await openAs('');
    await administrator.query(`create role ${role} nologin`);
    await expect(ensureAppRole(db, role)).rejects.toThrow(
      new RegExp(`once:\n  GRANT ${role} TO "${user}";$`, 's'),
    );
  });

  it('separates the tenants for a user that is no superuser, whose reads see the tables', async () => {
    const db = await openAs('createrole');
    await administrator.query(`grant ${APP_ROLE} to ${user}`);
    await migrate(db);
    const ours = new SampleTenant(await createOrganization(db, { slug: 'ours' }));
    const theirs = new SampleTenant(await createOrganization(db, { slug: 'theirs' }));
    for (const tenant of [ours, theirs]) {
      const { sql, values } = insertSql('product', tenant.row('product'));
      await db.unitOfWork(tenant.organizationId, (uow) => uow.execute(sql, values));
    }
    expect(
      await db.read(
        ours.organizationId,
        'select external_id from product where organization_id = $1',
      ),
    ).toHaveLength(1);
    expect(await db.system('select id from organization')).toHaveLength(2);
    await db.unitOfWork(ours.organizationId, async (uow) => {
      expect(await uow.execute('select organization_id from product')).toEqual([
        { organization_id: ours.organizationId },
      ]);
      for (const table of await tenantTablesIn(uow)) await uow.execute(`select * from ${table}`);
    });
    const { sql, values } = insertSql('product', theirs.row('product', { fresh: true }));
    await expect(
      db.unitOfWork(ours.organizationId, (uow) => uow.execute(sql, values)),
    ).rejects.toMatchObject({ code: '42501' });
    expect(await tenantTables(db)).toHaveLength(SampleTenant.tables.length);
  });
});

async function tenantTablesIn(uow: {
  execute<Row extends object>(sql: string): Promise<Row[]>;
}): Promise<string[]> {
  const rows = await uow.execute<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  return rows.map(({ name }) => name).filter((name) => !UNTENANTED_TABLES.includes(name));
}
