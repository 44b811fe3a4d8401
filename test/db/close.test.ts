import { describe, expect, it } from '@jest/globals';
import { openTestDatabase } from '../testkit/database.ts';

describe('closing the database', () => {
  it('waits for what runs, and refuses what comes after', async () => {
    const closing = await openTestDatabase();
    const unit = closing.db.unitOfWork(closing.organizationId, async (uow) => {
      await uow.execute('select 1');
      await new Promise((resolve) => setTimeout(resolve, 200));
      return uow.execute('select 2 as two');
    });
    const reads = Array.from({ length: 20 }, () => closing.db.system('select pg_sleep(0.01)'));
    const close = closing.close();
    await expect(closing.db.system('select 1')).rejects.toThrow('The database is closed');
    expect(await unit).toEqual([{ two: 2 }]);
    await Promise.all(reads);
    await close;
    await closing.close();
  });

  it('does not wait for ever', async () => {
    const closing = await openTestDatabase();
    const unit = closing.db.unitOfWork(closing.organizationId, async (uow) => {
      await uow.execute('select 1');
      await new Promise((resolve) => setTimeout(resolve, 15_000).unref());
      return uow.execute('select 2');
    });
    unit.catch(() => undefined);
    const began = Date.now();
    await closing.db.close();
    expect(Date.now() - began).toBeLessThan(12_000);
    await closing.close();
  });
});
