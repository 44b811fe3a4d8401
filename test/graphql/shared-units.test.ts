/** Small writes of one organization that wait for each other share a unit of work, and fail alone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { UnitOfWork } from '../../src/db/database.ts';
import { recordEvents } from '../../src/feed/events.ts';
import { SharedUnits } from '../../src/graphql/shared-units.ts';
import {
  createOrganization,
  onPostgres,
  openTestDatabase,
  type TestDatabase,
} from '../testkit/database.ts';

let test: TestDatabase;
let units: SharedUnits;
beforeAll(async () => {
  test = await openTestDatabase();
  units = new SharedUnits(test.db);
});
afterAll(() => test.close());

const describeOnPostgres = onPostgres ? describe : describe.skip;

const INSERT = `insert into product (organization_id, id, external_id, name, created_at, updated_at)
  values ($1, $2, $3, '0', $4, $4)`;

let prefixes = 0;
/** A name for the products of one test. */
const prefix = () => `p${++prefixes}-`;

function insert(uow: UnitOfWork, externalId: string): string {
  const id = randomUUID();
  uow.defer(INSERT, [uow.organizationId, id, externalId, uow.now]);
  recordEvents(uow, [{ kind: 'PRODUCT_CREATED', productId: id }]);
  return id;
}

const look = (uow: UnitOfWork) =>
  uow.execute('select 1 from product where organization_id = $1', [uow.organizationId]);

/** Stores a product after having looked, as mutations do. */
const storing = (externalId: string) => async (uow: UnitOfWork) => {
  await look(uow);
  return insert(uow, externalId);
};

function run<T>(work: (uow: UnitOfWork) => Promise<T>, shared = units): Promise<T> {
  return shared.run(test.organizationId, work);
}

/** A work that others wait behind until it is let go. */
function holdingUp(externalId: string, shared = units) {
  const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
  const done = run(async (uow) => {
    await go;
    return insert(uow, externalId);
  }, shared);
  return { done, letGo };
}

interface Stored {
  readonly externalId: string;
  readonly name: string;
  readonly transaction: string;
}

const stored = (of: string) =>
  test.db.read<Stored>(
    test.organizationId,
    `select external_id as "externalId", name, xmin::text as transaction from product
     where organization_id = $1 and starts_with(external_id, $2) order by id`,
    [of],
  );
const names = async (of: string) => (await stored(of)).map((row) => row.externalId).sort();
const commits = async (of: string) =>
  new Set((await stored(of)).map((row) => row.transaction)).size;
const times = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));

/** Of three works that came meanwhile, the one in the middle fails, and the others are stored. */
async function expectAlone(of: string, failing: (uow: UnitOfWork) => Promise<unknown>) {
  const first = holdingUp(`${of}first`);
  const works = [storing(`${of}1`), failing, storing(`${of}2`)];
  const ended = Promise.allSettled(works.map((work) => run<unknown>(work)));
  first.letGo();
  const statuses = (await ended).map(({ status }) => status);
  expect(statuses).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await names(of)).toEqual([`${of}1`, `${of}2`, `${of}first`]);
}

describe('writes that share a unit', () => {
  it('are those that came while one was under way, and each is told what it did', async () => {
    const of = prefix();
    const ids = await Promise.all(times(10, (n) => run(storing(`${of}${n}`))));
    const rows = await test.db.read<{ id: string }>(
      test.organizationId,
      `select id from product where organization_id = $1 and starts_with(external_id, $2) order by external_id`,
      [of],
    );
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(await commits(of)).toBe(2);
  });

  it('take one round trip for what they look at', async () => {
    let sent = 0;
    let together = 0;
    const first = holdingUp(`${prefix()}first`);
    const all = times(5, () =>
      run(async (uow) => {
        sent += 1;
        await look(uow);
        together = Math.max(together, sent);
      }),
    );
    first.letGo();
    await Promise.all([first.done, ...all]);
    // The fifth had sent its statement before the first one's was answered.
    expect(together).toBe(5);
    expect(sent).toBe(5);
  });

  it('are no more than are taken together', async () => {
    const of = prefix();
    const few = new SharedUnits(test.db, { mostTogether: 3 });
    await Promise.all(times(8, (n) => run(storing(`${of}${n}`), few)));
    expect(await commits(of)).toBe(1 + 3);
  });

  it('are told of in the feed, in the order in which they were done, without a gap', async () => {
    const of = prefix();
    const ids = await Promise.all(times(6, (n) => run(storing(`${of}${n}`))));
    const events = await test.db.read<{ seq: number; id: string }>(
      test.organizationId,
      `select seq, product_id as id from feed_event where organization_id = $1 order by seq desc limit 6`,
    );
    expect(events.toReversed().map(({ id }) => id)).toEqual(ids);
    expect(Number(events[0]?.seq) - Number(events.at(-1)?.seq)).toBe(5);
  });

  it('go on without one that refuses before it has written', async () => {
    const of = prefix();
    const refusing = async (uow: UnitOfWork) => {
      await look(uow);
      throw new Error('not this one');
    };
    await expectAlone(of, refusing);
    expect(await commits(of)).toBe(2);
  });

  it.each<[string, (uow: UnitOfWork, of: string) => Promise<unknown>]>([
    [
      'throws after it has written',
      async (uow, of) => {
        insert(uow, `${of}half`);
        await look(uow);
        throw new Error('in the middle');
      },
    ],
    [
      'throws after it has told of something that others tell of too',
      async (uow) => {
        await look(uow);
        recordEvents(uow, [{ kind: 'PRODUCT_UPDATED', productId: randomUUID() }]);
        throw new Error('in the middle');
      },
    ],
    [
      'sends what the database refuses',
      async (uow, of) => {
        await look(uow);
        uow.defer(INSERT, [uow.organizationId, 'no uuid', `${of}half`, uow.now]);
      },
    ],
    [
      'looks at what is not there',
      (uow) => uow.execute('select nothing from product where organization_id = $1', []),
    ],
  ])('are stored each by itself where one %s, which leaves nothing', async (_, failing) => {
    const of = prefix();
    await expectAlone(of, (uow) => failing(uow, of));
    expect(await commits(of)).toBe(3);
    const [gap] = await test.db.read<{ missing: number }>(
      test.organizationId,
      `select (max(seq) - count(*))::int as missing from feed_event where organization_id = $1`,
    );
    expect(gap?.missing).toBe(0);
  });

  it('are stored each by itself where the unit begins again, and one fails then', async () => {
    const of = prefix();
    const first = holdingUp(`${of}first`);
    const loser = run(async (uow) => {
      const id = await storing(`${of}loser`)(uow);
      // It goes with the commit.
      if (uow.attempt === 1) {
        uow.defer(`do $$ begin raise exception 'lost' using errcode = '40001'; end $$`);
      }
      return id;
    });
    const failing = run(async (uow) => {
      const id = await storing(`${of}failing`)(uow);
      if (uow.attempt > 1) throw new Error('not again');
      return id;
    });
    const other = run(storing(`${of}other`));
    first.letGo();
    await Promise.all([loser, failing, other]);
    expect(await names(of)).toEqual(['failing', 'first', 'loser', 'other'].map((n) => of + n));
  });

  it('that want the same take turns, and see what the one before has written', async () => {
    const of = prefix();
    await run(storing(`${of}count`));
    const counting = async (uow: UnitOfWork) => {
      const turn = uow.takeTurn(of);
      if (turn) await turn;
      const [row] = await uow.execute<{ name: string }>(
        'select name from product where organization_id = $1 and external_id = $2 for update',
        [uow.organizationId, `${of}count`],
      );
      uow.defer('update product set name = $3 where organization_id = $1 and external_id = $2', [
        uow.organizationId,
        `${of}count`,
        String(Number(row?.name) + 1),
      ]);
    };
    await Promise.all(times(20, () => run(counting)));
    expect((await stored(of)).map(({ name }) => name)).toEqual(['20']);
  });

  it('take turns though one of them has given up its wait', async () => {
    const of = prefix();
    const taking = (wait: boolean) => async (uow: UnitOfWork) => {
      const turn = uow.takeTurn(of);
      if (turn && wait) await turn;
      await look(uow);
    };
    const first = holdingUp(`${of}first`);
    const all = [true, false, true, true].map((wait) => run(taking(wait)));
    first.letGo();
    await Promise.all([first.done, ...all]);
  });

  it('are refused where too many wait, or for too long, and then not done', async () => {
    const of = prefix();
    const narrow = new SharedUnits(test.db, { mostWaiting: 2, longestWaitMs: 100 });
    const first = holdingUp(`${of}first`, narrow);
    const waiting = times(3, (n) => run(storing(`${of}${n}`), narrow));
    const refused = { code: 'RATE_LIMITED', extensions: { retryAfter: 5 } };
    for (const one of await Promise.allSettled(waiting)) {
      expect(one).toMatchObject({ status: 'rejected', reason: refused });
    }
    first.letGo();
    await first.done;
    expect(await names(of)).toEqual([`${of}first`]);
    await run(storing(`${of}later`), narrow);
    expect(await names(of)).toEqual([`${of}first`, `${of}later`]);
  });

  it('cannot be asked for inside a unit of work, which would wait for itself', async () => {
    const unit = test.db.unitOfWork(test.organizationId, () => run(look));
    await expect(unit).rejects.toThrow('inside a unit of work');
  });
});

describeOnPostgres('writes that share a unit, among others', () => {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: test.url });
    await client.connect();
  });
  afterAll(() => client.end());

  it('do not wait for a row that one of them waits for', async () => {
    const of = prefix();
    await run(storing(`${of}locked`));
    await client.query('begin');
    await client.query('select 1 from product where external_id = $1 for update', [`${of}locked`]);
    let isThrough = false;
    const first = holdingUp(`${of}first`);
    const wanting = run(async (uow) => {
      await uow.execute(
        'select 1 from product where organization_id = $1 and external_id = $2 for update',
        [uow.organizationId, `${of}locked`],
      );
      isThrough = true;
      return insert(uow, `${of}patient`);
    });
    const others = times(3, (n) => run(storing(`${of}${n}`)));
    first.letGo();
    await Promise.all(others);
    await run(storing(`${of}later`));
    expect(isThrough).toBe(false);
    await client.query('commit');
    await wanting;
    expect(await names(of)).toHaveLength(1 + 1 + 3 + 1 + 1);
  });

  it('wait as long as it takes for those who commit before them', async () => {
    const of = prefix();
    await client.query('begin');
    await client.query('select 1 from feed_counter where organization_id = $1 for update', [
      test.organizationId,
    ]);
    const writes = times(4, (n) => run(storing(`${of}${n}`)));
    // Longer than the works of a unit wait for a lock.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await names(of)).toEqual([]);
    await client.query('commit');
    await Promise.all(writes);
    expect(await commits(of)).toBe(2);
  });

  it('do not wait for another organization', async () => {
    const other = await createOrganization(test.db, { slug: 'other' });
    const first = holdingUp(`${prefix()}first`);
    await units.run(other, look);
    first.letGo();
    await first.done;
  });

  it('are done all the same, and once, when the connection is lost before the commit', async () => {
    const of = prefix();
    let losses = 0;
    const first = holdingUp(`${of}first`);
    const writes = times(4, (n) =>
      run(async (uow) => {
        await look(uow);
        const id = insert(uow, `${of}${n}`);
        const [backend] = await uow.execute<{ pid: number }>('select pg_backend_pid() as pid');
        if (n === 3 && losses === 0) {
          losses += 1;
          await client.query('select pg_terminate_backend($1)', [backend?.pid]);
          await look(uow);
        }
        return id;
      }),
    );
    first.letGo();
    await Promise.all([first.done, ...writes]);
    expect(losses).toBe(1);
    expect(await names(of)).toEqual([...times(4, (n) => `${of}${n}`), `${of}first`]);
  });
});
