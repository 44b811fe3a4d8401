import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { until } from '../testkit/until.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

describe('a notification', () => {
  it('reaches all who listen to its channel, in order, and nobody else', async () => {
    const heard: string[] = [];
    const stops = [
      await test.db.listen('channel_a', (payload) => heard.push(`first ${payload}`)),
      await test.db.listen('channel_a', (payload) => heard.push(`second ${payload}`)),
      await test.db.listen('channel_b', (payload) => heard.push(`other ${payload}`)),
    ];
    await test.db.notify('channel_a', '1');
    await test.db.notify('channel_a', '2');
    await until('both were heard', () => heard.length === 4);
    expect(heard.filter((line) => line.startsWith('first'))).toEqual(['first 1', 'first 2']);
    expect(heard.filter((line) => line.startsWith('second'))).toEqual(['second 1', 'second 2']);
    for (const stop of stops) await stop();
  });

  it('is heard no more after the end of listening, while others still hear', async () => {
    const heard: string[] = [];
    const stopFirst = await test.db.listen('channel_c', (payload) => heard.push(`1:${payload}`));
    const stopSecond = await test.db.listen('channel_c', (payload) => heard.push(`2:${payload}`));
    await stopFirst();
    await test.db.notify('channel_c', 'x');
    await until('the second heard it', () => heard.length > 0);
    await stopSecond();
    await test.db.notify('channel_c', 'y');
    await test.db.system('select 1');
    expect(heard).toEqual(['2:x']);
  });

  it('waits for the commit of the unit of work that sent it', async () => {
    const heard: string[] = [];
    const stop = await test.db.listen('channel_d', (payload) => heard.push(payload));
    await test.db.unitOfWork(test.organizationId, async (uow) => {
      await uow.execute(`select pg_notify('channel_d', 'committed')`);
    });
    await expect(
      test.db.unitOfWork(test.organizationId, async (uow) => {
        await uow.execute(`select pg_notify('channel_d', 'rolled back')`);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await test.db.notify('channel_d', 'last');
    await until('the last was heard', () => heard.includes('last'));
    expect(heard).toEqual(['committed', 'last']);
    await stop();
  });

  it('has a channel whose name needs no quotes', async () => {
    await expect(test.db.listen('a"; drop table x', () => undefined)).rejects.toThrow(TypeError);
    await expect(test.db.listen('Upper', () => undefined)).rejects.toThrow(TypeError);
  });
});
