import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openDatabase, type UnitOfWork } from '../../src/db/database.ts';
import { connectionSettings } from '../../src/db/postgres-pool.ts';
import { SharedUnits } from '../../src/graphql/shared-units.ts';
import { onPostgres, openTestDatabase } from '../testkit/database.ts';

const describeOnPostgres = onPostgres ? describe : describe.skip;

describe('the URL of the database', () => {
  it('says how many connections there are in all, which an option overrides', () => {
    const url = 'postgres://user:p%40ss@db.example:6432/antiphon?sslmode=verify-full&pool_size=7';
    expect(connectionSettings(url, undefined).poolSize).toBe(7);
    expect(connectionSettings(url, 3).poolSize).toBe(3);
    expect(connectionSettings('postgres://db.example/antiphon', undefined).poolSize).toBe(10);
  });

  it.each(['1', '0', '-3', 'many', '2.5', ''])('refuses a pool of %p', (size) => {
    expect(() =>
      connectionSettings(`postgres://db.example/a?pool_size=${size}`, undefined),
    ).toThrow(`pool_size of the database URL is a whole number from 2 up, not "${size}"`);
  });

  it('that is none is told without showing it, since it may hold a password', () => {
    expect(() => connectionSettings('postgres://user:p#ss@[db/antiphon', undefined)).toThrow(
      /^The database URL is no URL: .* percent-encoded$/,
    );
  });

  it('says everything else to the driver: user, password, host, port, database, SSL', () => {
    const url = 'postgres://user:p%40ss@db.example:6432/antiphon?sslmode=verify-full&pool_size=7';
    const client = new pg.Client(connectionSettings(url, undefined).client);
    expect(client).toMatchObject({
      user: 'user',
      host: 'db.example',
      port: 6432,
      database: 'antiphon',
      ssl: expect.anything(),
    });
    expect(client.password).toBe('p@ss');
    const plain = new pg.Client(connectionSettings('postgres://db.example/a', undefined).client);
    expect(plain.ssl).toBe(false);
  });
});

describeOnPostgres('connections', () => {
  it('are encrypted when the URL demands it, or not made', async () => {
    const test = await openTestDatabase();
    const [server] = await test.db.system<{ ssl: string }>(`select current_setting('ssl') as ssl`);
    const url = new URL(test.url ?? '');
    url.searchParams.set('sslmode', 'no-verify');
    const attempt = openDatabase({ url: url.href });
    if (server?.ssl === 'on') {
      const db = await attempt;
      const rows = await db.system('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
      expect(rows).toEqual([{ ssl: true }]);
      await db.close();
    } else {
      await expect(attempt).rejects.toThrow('does not support SSL');
    }
    await test.close();
  });

  it('wait for locks as the URL says, to commit what shares a unit of work too', async () => {
    const test = await openTestDatabase();
    const url = new URL(test.url ?? '');
    url.searchParams.set('options', '-c lock_timeout=7s');
    const db = await openDatabase({ url: url.href });
    const timeouts: object[] = [];
    const look = async (uow: UnitOfWork) => {
      timeouts.push(...(await uow.execute(`select current_setting('lock_timeout') as waits`)));
    };
    await new SharedUnits(db).run(test.organizationId, async (uow) => {
      uow.beforeCommit(() => look(uow));
      await look(uow);
    });
    expect(timeouts).toEqual([{ waits: '200ms' }, { waits: '7s' }]);
    await db.close();
    await test.close();
  });

  it('are no more than the pool has, with what they are for', async () => {
    const test = await openTestDatabase({ poolSize: 4 });
    const unit = () =>
      test.db.unitOfWork(test.organizationId, (uow) => uow.execute('select pg_sleep(0.05)'));
    const read = () =>
      test.db.read(
        test.organizationId,
        'select pg_sleep(0.05) from feed_counter where organization_id = $1',
      );
    const work = Promise.all(Array.from({ length: 8 }, () => [unit(), read()]).flat());
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [connections] = await test.db.system(
      `select count(*) as n, min(application_name) as name from pg_stat_activity
       where datname = current_database()`,
    );
    await work;
    expect(connections).toEqual({ n: 4, name: 'antiphon' });
    await test.close();
  });
});
