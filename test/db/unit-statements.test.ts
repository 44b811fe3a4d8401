import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { UnitOfWork } from '../../src/db/database.ts';
import { type UnitOutcome, watchUnits } from '../../src/db/unit-of-work.ts';
import { entities } from '../../src/modules/entities.ts';
import { ProductEntity } from '../../src/modules/products/product.entity.ts';
import { productOf } from './products.ts';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase({ entities });
});
afterAll(() => test.close());

const INSERT = `insert into product (organization_id, id, external_id, name, created_at, updated_at)
  values ($1, $2, $3, $3, $4, $4) returning external_id as id`;
const newProduct = (uow: UnitOfWork, name: string) => [
  uow.organizationId,
  randomUUID(),
  name,
  uow.now,
];
const COUNT = `select count(*) as n from product where organization_id = $1 and starts_with(external_id, $2)`;
const stored = async (prefix: string) =>
  (await test.db.read<{ n: number }>(test.organizationId, COUNT, [prefix]))[0]?.n;

describe('what nobody waits for', () => {
  it('is there for the next statement, whoever sends it', async () => {
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.defer(INSERT, newProduct(uow, 'next-1'));
      uow.defer(INSERT, newProduct(uow, 'next-2'));
      expect(await uow.execute(COUNT, [uow.organizationId, 'next-'])).toEqual([{ n: 2 }]);
      uow.defer(INSERT, newProduct(uow, 'next-3'));
      expect(await uow.em.count(ProductEntity, { externalId: { $like: 'next-%' } })).toBe(3);
    });
  });

  it('is stored with the commit, and its rows are told before anybody hears of it', async () => {
    const told: unknown[] = [];
    const stop = watchUnits(test.db, () => void told.push('watched'));
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.defer(INSERT, newProduct(uow, 'last-1'), (rows) => told.push(rows));
      uow.beforeCommit(async () =>
        uow.defer(INSERT, newProduct(uow, 'last-2'), (rows) => told.push(rows)),
      );
      uow.afterCommit(async () => void told.push(await stored('last-')));
    });
    stop();
    expect(told).toEqual([[{ id: 'last-1' }], [{ id: 'last-2' }], 'watched', 2]);
  });

  it('fails the unit where it fails, and nobody is told that it may have been stored', async () => {
    const outcomes: UnitOutcome[] = [];
    const stop = watchUnits(test.db, (_uow, outcome) => void outcomes.push(outcome));
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.defer(INSERT, newProduct(uow, 'failing-1'));
      uow.defer('select 1/0');
      uow.defer(INSERT, newProduct(uow, 'failing-2'));
    });
    await expect(unit).rejects.toMatchObject({ code: '22012' });
    stop();
    expect(outcomes).toEqual([]);
    expect(await stored('failing-')).toBe(0);
  });

  it('fails the statement that it goes with', async () => {
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.defer('select 1/0');
      await uow.execute(INSERT, newProduct(uow, 'with-it'));
    });
    await expect(unit).rejects.toMatchObject({ code: '22012' });
    expect(await stored('with-it')).toBe(0);
  });

  it('is not sent where the work throws', async () => {
    const seen: string[] = [];
    const stop = test.db.observe((sql) => seen.push(sql));
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.defer(INSERT, newProduct(uow, 'thrown'));
      throw new Error('in the middle');
    });
    await expect(unit).rejects.toThrow('in the middle');
    stop();
    expect(seen).toEqual([]);
    expect(await stored('thrown')).toBe(0);
  });
});

describe('statements that are asked for at once', () => {
  it('are run in their order, and each gets its own rows', async () => {
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      const counted = () => uow.execute(COUNT, [uow.organizationId, 'once-']);
      const results = await Promise.all([
        counted(),
        uow.execute(INSERT, newProduct(uow, 'once-1')),
        counted(),
        uow.execute<{ list: string[]; at: Date; none: null }>(
          `select array['a', null] as list, $1::timestamptz as at, null::int as none`,
          [uow.now],
        ),
        uow.execute('select where false'),
      ]);
      const values = [{ list: ['a', null], at: uow.now, none: null }];
      expect(results).toEqual([[{ n: 0 }], [{ id: 'once-1' }], [{ n: 1 }], values, []]);
    });
  });

  it('fail together, and the same ones are good again on the same connections', async () => {
    const DIVIDE = 'select 100 / $1::int as quotient';
    const divide = (divisor: number) =>
      test.db.unitOfWork(test.organizationId, (uow) =>
        Promise.all([
          uow.execute('select 1 as one'),
          uow.execute(DIVIDE, [divisor]),
          uow.execute(`select $1::text as "of ${divisor > 0}"`, ['three']),
        ]),
      );
    for (let turn = 0; turn < 6; turn++) {
      await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
      expect(await divide(20)).toEqual([[{ one: 1 }], [{ quotient: 5 }], [{ 'of true': 'three' }]]);
      await expect(
        test.db.unitOfWork(test.organizationId, (uow) => uow.execute('select nothing')),
      ).rejects.toMatchObject({ code: '42703' });
    }
  });

  it('are refused whole where a value cannot be sent', async () => {
    const unsendable = {
      toJSON() {
        throw new Error('no text');
      },
    };
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      uow.defer(INSERT, newProduct(uow, 'unsendable'));
      await uow.execute('select $1::jsonb', [unsendable]);
    });
    await expect(unit).rejects.toThrow('no text');
    expect(await stored('unsendable')).toBe(0);
  });

  it('leave nothing to be sent outside of the tenant where they were the first, and failed', async () => {
    const seen: unknown[] = [];
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      await uow.execute('select $1::jsonb', [{ toJSON: () => BigInt(1) }]).catch(() => undefined);
      seen.push(...(await uow.execute('select current_user::text as role')));
    });
    await unit.catch(() => undefined);
    expect([[], [{ role: 'antiphon_app' }]]).toContainEqual(seen);
  });
});

it('a unit that has nothing to say sends nothing', async () => {
  const found = productOf(test.organizationId, 'nothing');
  const answer = await test.db.unitOfWork(test.organizationId, async () => found);
  expect(answer).toBe(found);
});
