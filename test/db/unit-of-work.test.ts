import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { entities } from '../../src/modules/entities.ts';
import { ProductEntity } from '../../src/modules/products/product.entity.ts';
import { productOf } from './products.ts';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';

const logged: { message: string; err: unknown }[] = [];
const logger = {
  info() {},
  warn() {},
  error: (details: object, message: string) =>
    void logged.push({ message, err: 'err' in details ? details.err : undefined }),
};

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase({ entities, logger });
});
afterAll(() => test.close());

const newProduct = (externalId: string) => productOf(test.organizationId, externalId);

async function storedProducts(prefix: string): Promise<string[]> {
  const rows = await test.db.read<{ externalId: string }>(
    test.organizationId,
    `select external_id as "externalId" from product
     where organization_id = $1 and starts_with(external_id, $2) order by external_id`,
    [prefix],
  );
  return rows.map((row) => row.externalId);
}

const INSERT = `insert into product (organization_id, id, external_id, name, created_at, updated_at)
  values ($1, $2, $3, $3, $4, $4)`;

describe('a unit of work', () => {
  it('stores what entities and statements write, and answers what its work answers', async () => {
    const answer = await test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.em.create(ProductEntity, newProduct('stored-1'));
      await uow.execute(INSERT, [uow.organizationId, randomUUID(), 'stored-2', uow.now]);
      const seen = await uow.execute(
        `select external_id as id from product where organization_id = $1 and external_id like 'stored-%'`,
        [uow.organizationId],
      );
      expect(seen).toEqual([{ id: 'stored-2' }]); // the entity is not flushed yet
      return 'answer';
    });
    expect(answer).toBe('answer');
    expect(await storedProducts('stored-')).toEqual(['stored-1', 'stored-2']);
  });

  it('stores nothing when its work throws, and passes the error on', async () => {
    const error = new Error('in the middle');
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      await uow.em.persist(uow.em.create(ProductEntity, newProduct('thrown-1'))).flush();
      await uow.execute(INSERT, [uow.organizationId, randomUUID(), 'thrown-2', uow.now]);
      throw error;
    });
    await expect(unit).rejects.toBe(error);
    expect(await storedProducts('thrown-')).toEqual([]);
  });

  it('stores nothing when the last flush or a callback before the commit fails', async () => {
    const clash = test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.em.create(ProductEntity, newProduct('clash'));
      uow.em.create(ProductEntity, newProduct('clash'));
    });
    await expect(clash).rejects.toMatchObject({ code: '23505' });
    const refused = test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.em.create(ProductEntity, newProduct('clash'));
      uow.beforeCommit(async () => {
        throw new Error('not this one');
      });
    });
    await expect(refused).rejects.toThrow('not this one');
    expect(await storedProducts('clash')).toEqual([]);
  });

  it('stores nothing, and says so, when its work swallowed the error of a statement', async () => {
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      await uow.execute(INSERT, [uow.organizationId, randomUUID(), 'swallowed', uow.now]);
      await uow.execute('select 1/0').catch(() => undefined);
      return 'stored';
    });
    await expect(unit).rejects.toMatchObject({ code: '22012' });
    expect(await storedProducts('swallowed')).toEqual([]);
  });

  it('goes on after a failed savepoint of its entity manager', async () => {
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      const inner = uow.em.transactional(async (em) => {
        em.create(ProductEntity, newProduct('inner'));
        await em.flush();
        throw new Error('inner');
      });
      await expect(inner).rejects.toThrow('inner');
      uow.em.create(ProductEntity, newProduct('savepoint-outer'));
    });
    expect(await storedProducts('inner')).toEqual([]);
    expect(await storedProducts('savepoint-')).toEqual(['savepoint-outer']);
  });

  it('runs the callbacks before the commit in order, after the flush, and those after it last', async () => {
    const order: string[] = [];
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      const count = async (when: string) => {
        const [row] = await uow.execute<{ n: number }>(
          `select count(*) as n from product where organization_id = $1 and external_id = 'order'`,
          [uow.organizationId],
        );
        order.push(`${when}: ${row?.n}`);
      };
      uow.beforeCommit(() => count('first'));
      uow.beforeCommit(async () => {
        await count('second');
        uow.beforeCommit(() => count('registered late'));
      });
      uow.afterCommit(async () => {
        order.push(`after: ${(await storedProducts('order')).length}`);
      });
      uow.em.create(ProductEntity, newProduct('order'));
      await count('work');
    });
    expect(order).toEqual(['work: 0', 'first: 1', 'second: 1', 'registered late: 1', 'after: 1']);
  });

  it('runs nothing after a commit that did not happen', async () => {
    let ran = false;
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.afterCommit(() => {
        ran = true;
      });
      throw new Error('no commit');
    });
    await expect(unit).rejects.toThrow('no commit');
    expect(ran).toBe(false);
  });

  it('logs an error of what runs after the commit, runs the rest, and resolves', async () => {
    const error = new Error('after');
    let next = false;
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.afterCommit(() => Promise.reject(error));
      uow.afterCommit(() => {
        next = true;
      });
    });
    expect(next).toBe(true);
    expect(logged).toContainEqual({ message: 'work after a commit failed', err: error });
  });

  it('refuses what would wait for the unit itself, and allows it again after the commit', async () => {
    const { db, organizationId } = test;
    const read = () =>
      db.read(organizationId, 'select 1 where $1::uuid is not null /* organization_id = $1 */');
    await db.unitOfWork(organizationId, async (uow) => {
      await expect(read()).rejects.toThrow(/database\.read was called inside a unit of work/);
      await expect(db.system('select 1')).rejects.toThrow(/inside a unit of work/);
      await expect(db.notify('channel', '')).rejects.toThrow(/inside a unit of work/);
      await expect(db.unitOfWork(organizationId, async () => 1)).rejects.toThrow(
        /inside a unit of work/,
      );
      uow.afterCommit(async () => {
        expect(await read()).toHaveLength(1);
      });
    });
    expect(await read()).toHaveLength(1);
  });

  it('finishes, several at once, each seeing its own writes alone', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, turn) =>
        test.db.unitOfWork(test.organizationId, async (uow) => {
          uow.em.create(ProductEntity, newProduct(`many-${turn}`));
          await uow.em.flush();
          await new Promise((resolve) => setTimeout(resolve, 5));
          const [found] = await uow.em.find(ProductEntity, { externalId: `many-${turn}` });
          expect(found?.name).toBe(`many-${turn}`);
        }),
      ),
    );
    expect(await storedProducts('many-')).toHaveLength(12);
  });

  it('is not disturbed by reads beside it', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      await uow.execute(INSERT, [uow.organizationId, randomUUID(), 'beside', uow.now]);
      await held;
    });
    const read = storedProducts('beside');
    setTimeout(release, 50);
    await unit;
    // On PostgreSQL it answered at once, from before the commit; the embedded one made it wait.
    expect([[], ['beside']]).toContainEqual(await read);
    expect(await storedProducts('beside')).toEqual(['beside']);
  });

  it('sends nothing after its end, when its connection may be at work for another tenant', async () => {
    const late: Promise<unknown>[] = [];
    let afterwards = () => {};
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.afterCommit(() => void late.push(uow.execute('select 1')));
      afterwards = () => {
        late.push(uow.execute('select 2'), uow.em.find(ProductEntity, {}));
      };
    });
    afterwards();
    for (const { status, reason } of (await Promise.allSettled(late)) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(String(reason)).toContain('The unit of work has ended');
    }
    expect(late).toHaveLength(3);
  });

  it('refuses an organization that is no uuid, which becomes part of the text', async () => {
    await expect(test.db.unitOfWork(`'; drop table x; --`, async () => 1)).rejects.toThrow(
      TypeError,
    );
  });

  it('tells its statements to those who observe', async () => {
    const seen: string[] = [];
    const stop = test.db.observe((sql) => seen.push(sql));
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      await uow.execute('select 1 as one');
      uow.em.create(ProductEntity, newProduct('observed'));
    });
    stop();
    await test.db.system('select 2');
    expect(seen).toEqual(['select 1 as one', expect.stringMatching(/^insert into "product"/)]);
  });
});
