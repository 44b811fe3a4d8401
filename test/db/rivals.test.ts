import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entities } from '../../src/modules/entities.ts';
import { ProductEntity } from '../../src/modules/products/product.entity.ts';
import { onPostgres, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { productOf } from './products.ts';

const describeOnPostgres = onPostgres ? describe : describe.skip;

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase({ entities });
});
afterAll(() => test.close());

describeOnPostgres('units of work that get in each other’s way', () => {
  /** Two units lock two rows in opposite order: one of them is chosen to fail. */
  async function deadlock(work: (attempt: string) => void): Promise<void> {
    const [first, second] = ['deadlock-1', 'deadlock-2'].map((id) =>
      productOf(test.organizationId, id),
    );
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      for (const product of [first, second]) {
        if (product) uow.em.create(ProductEntity, product);
      }
    });
    let waiting = 0;
    let go = () => {};
    const bothHoldOne = new Promise<void>((resolve) => (go = resolve));
    const lock = (name: string, ids: (string | undefined)[]) =>
      test.db.unitOfWork(test.organizationId, async (uow) => {
        work(name);
        for (const id of ids) {
          await uow.execute(
            `update product set name = name || $3 where organization_id = $1 and id = $2`,
            [uow.organizationId, id, name],
          );
          if (++waiting === 2) go();
          await bothHoldOne;
        }
      });
    await Promise.all([lock('a', [first?.id, second?.id]), lock('b', [second?.id, first?.id])]);
  }

  it('are run again, from the start, when the database ends one of them', async () => {
    const attempts: string[] = [];
    await deadlock((name) => attempts.push(name));
    expect(attempts.length).toBeGreaterThan(2);
    const names = await test.db.read<{ name: string }>(
      test.organizationId,
      `select name from product where organization_id = $1 and external_id like 'deadlock-%' order by external_id`,
    );
    for (const { name } of names) expect(name.slice(-2)).toMatch(/^(ab|ba)$/);
  });

  it('are run four times at most', async () => {
    let attempts = 0;
    const unit = test.db.unitOfWork(test.organizationId, async (uow) => {
      attempts++;
      await uow.execute(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
    });
    await expect(unit).rejects.toMatchObject({ code: '40001' });
    expect(attempts).toBe(4);
  });

  it('are run again when it is the entity manager that meets the deadlock', async () => {
    let attempts = 0;
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      attempts++;
      uow.em.create(ProductEntity, productOf(test.organizationId, 'entity-deadlock'));
      uow.beforeCommit(async () => {
        if (attempts === 1) {
          await uow.em.execute(
            `do $$ begin raise exception 'again' using errcode = '40P01'; end $$`,
          );
        }
      });
    });
    expect(attempts).toBe(2);
    expect(
      await test.db.system(`select name from product where external_id = 'entity-deadlock'`),
    ).toEqual([{ name: 'entity-deadlock' }]);
  });
});
