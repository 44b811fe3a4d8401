import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import pg from 'pg';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { onPostgres, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { until } from '../testkit/until.ts';

const describeOnPostgres = onPostgres ? describe : describe.skip;

/** Stands between the database and us, and can cut every connection, or stay silent. */
class Link {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: URL;
  refusing = false;

  constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((near) => {
      if (this.refusing) {
        near.destroy();
        return;
      }
      const far = connect(Number(this.#target.port || 5432), this.#target.hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const url = new URL(this.#target);
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    url.hostname = '127.0.0.1';
    url.port = String(address.port);
    return url.href;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  silence(): void {
    for (const socket of this.#sockets) socket.pause().unpipe();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

describeOnPostgres('a lost connection', () => {
  let test: TestDatabase;
  let link: Link;
  let db: Database;

  beforeEach(async () => {
    test = await openTestDatabase();
    link = new Link(new URL(test.url ?? ''));
    db = await openDatabase({ url: await link.open(), poolSize: 4 });
  });
  afterEach(async () => {
    await db.close();
    link.close();
    await test.close();
  });

  const slug = () =>
    db.read(test.organizationId, 'select slug from organization where organization.id = $1');

  it('that idled is replaced', async () => {
    await Promise.all([slug(), slug(), db.system('select 1'), db.system('select 1')]);
    link.cut();
    await until('it is answered again', () =>
      slug().then(
        () => true,
        () => false,
      ),
    );
    expect(await db.system('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('fails the statements that were under way, and costs no place in the pool', async () => {
    for (let turn = 0; turn < 6; turn++) {
      const read = db.read(
        test.organizationId,
        'select pg_sleep(5) from organization where organization.id = $1',
      );
      const unit = db.unitOfWork(test.organizationId, async (uow) => {
        await uow.execute(
          `insert into location_group values ($1, gen_random_uuid(), null, $2, 'lost')`,
          [test.organizationId, `turn ${turn}`],
        );
        setTimeout(() => link.cut(), 20);
        await uow.execute('select pg_sleep(5)');
      });
      const outcomes = await Promise.allSettled([read, unit]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    }
    expect(await slug()).toEqual([{ slug: 'test' }]);
    expect(await db.system('select * from location_group')).toEqual([]);
    await db.unitOfWork(test.organizationId, (uow) => uow.execute('select 1'));
  });

  it('between two statements of a unit rolls it back', async () => {
    const unit = db.unitOfWork(test.organizationId, async (uow) => {
      await uow.execute(`update organization set name = 'half'`);
      link.cut();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await expect(unit).rejects.toThrow();
    expect(await test.db.system('select name from organization')).toEqual([{ name: 'test' }]);
  });

  it('by a server that ends it is told to the caller, and the next call works', async () => {
    const administrator = new pg.Client({ connectionString: test.url });
    await administrator.connect();
    await slug();
    await administrator.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await administrator.end();
    await until('it is answered again', () =>
      slug().then(
        () => true,
        () => false,
      ),
    );
  });

  it('of the listener comes back, tells so, and hears what follows', async () => {
    const heard: string[] = [];
    await db.listen('channel', (payload) => heard.push(payload));
    link.refusing = true;
    link.cut();
    await new Promise((resolve) => setTimeout(resolve, 300));
    link.refusing = false;
    await until('it told that some may be missed', () => heard.includes(''));
    await test.db.notify('channel', 'after');
    await until('it hears', () => heard.includes('after'));
    expect(heard).toEqual(['', 'after']);
  });

  it('does not keep the database from closing, and neither does a silent one', async () => {
    const unit = db.unitOfWork(test.organizationId, (uow) => uow.execute('select pg_sleep(60)'));
    unit.catch(() => undefined);
    await slug();
    await db.listen('channel', () => undefined);
    link.silence();
    const began = Date.now();
    await db.close();
    expect(Date.now() - began).toBeLessThan(8_000);
    await expect(unit).rejects.toThrow();
    await expect(slug()).rejects.toThrow('The database is closed');
  });
});

describeOnPostgres('a server that is not there', () => {
  it('is told at once, when opening', async () => {
    await expect(
      openDatabase({ url: 'postgres://postgres@127.0.0.1:1/none' }),
    ).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
