import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { holdRollups } from '../../src/modules/reviews/rollup.ts';
import { packDays, packingWork } from '../../src/modules/reviews/index.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { DAYS, NOW, PackedPlace, WINTER, type Written } from './packed-place.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

let place: PackedPlace;
beforeEach(async () => {
  place = await PackedPlace.make(api);
});

describe('packing', () => {
  /** 400 months at each of two places and over all: more than are packed at once. */
  async function manyMonths(): Promise<void> {
    await place.addLocation('there', 'There');
    const months = Array.from({ length: 400 }, (_, index) => {
      const month = String(1 + (index % 12)).padStart(2, '0');
      return { on: `${1990 + Math.floor(index / 12)}-${month}-07`, rating: 4 };
    });
    for (const name of ['here', 'there']) {
      const named = months.map((review, index) => [`${name} ${index}`, review]);
      await place.write(Object.fromEntries(named), name);
    }
  }

  it('goes through more months than it packs at once, each once', async () => {
    await manyMonths();
    expect(await place.pack()).toBe(1_200);
    expect(await place.pack()).toBe(0);
    const ofAll = await place.rows();
    expect(ofAll.filter(({ holds, reviews }) => holds && reviews === ',,,,,,2')).toHaveLength(400);
  });

  it('that is broken off leaves whole months, and goes on another time', async () => {
    await manyMonths();
    for await (const { done, total } of packDays(api.db, place.organizationId, NOW)) {
      expect([done, total]).toEqual([1_000, 1_200]);
      break;
    }
    expect(await place.differences()).toEqual([]);
    expect(await place.pack()).toBe(200);
    expect(await place.differences()).toEqual([]);
  });

  (onPostgres ? it : it.skip)(
    'that is killed at the database packs nothing, and all another time',
    async () => {
      await place.write(WINTER);
      // Held alone, the rollups keep the packer waiting within its transaction.
      const held = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const holding = api.db.unitOfWork(place.organizationId, async (uow) => {
        await holdRollups(uow);
        held.resolve();
        await released.promise;
      });
      await held.promise;
      const packing = expect(place.pack()).rejects.toThrow();
      let killed: unknown[] = [];
      while (killed.length === 0) {
        killed = await api.db.system(
          `select pg_terminate_backend(l.pid) from pg_locks l
           join pg_database d on d.oid = l.database and d.datname = current_database()
           where l.locktype = 'advisory' and not l.granted`,
        );
      }
      await packing;
      released.resolve();
      await holding;
      expect(await place.rows()).toEqual([]);
      expect(await place.days()).toEqual(DAYS);
      expect(await place.pack()).toBe(6);
    },
  );

  it('is due after a thousand events, and ten minutes after the last time', async () => {
    let now = NOW;
    const work = packingWork({ db: api.db, clock: { now: () => now } });
    const isDue = async () => (await work.due()).includes(place.organizationId);
    const reviews = (lead: string, count: number): Written =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`${lead}${i}`, { on: '2026-01-05', rating: 4 }]),
      );
    const { signal } = new AbortController();
    await place.write(reviews('a', 997));
    expect(await isDue()).toBe(false);
    await work.run(place.organizationId, signal);
    expect(await place.rows()).toEqual([]);
    await place.write(reviews('b', 3));
    expect(await isDue()).toBe(true);
    await work.run(place.organizationId, signal);
    expect(await isDue()).toBe(false);
    expect(await place.rows()).toMatchObject([{ holds: true, reviews: ',,,,1000' }]);
    await place.write(reviews('c', 1_000));
    expect(await isDue()).toBe(false);
    now = new Date(NOW.getTime() + 10 * 60_000);
    expect(await isDue()).toBe(true);
    await work.run(place.organizationId, signal);
    expect(await place.rows()).toMatchObject([{ holds: true, reviews: ',,,,2000' }]);
  });

  it('stops after the piece that it is at, and does not rest, when it is asked to', async () => {
    const work = packingWork({ db: api.db, clock: { now: () => NOW } });
    const stop = new AbortController();
    stop.abort();
    await place.write({
      ...Object.fromEntries(
        Array.from({ length: 1_000 }, (_, i) => [
          `m${i}`,
          {
            on: `${2_000 + (i % 20)}-${String(1 + (Math.floor(i / 20) % 12)).padStart(2, '0')}-05`,
            rating: 4,
          },
        ]),
      ),
    });
    await work.run(place.organizationId, stop.signal);
    expect(await place.rows()).toHaveLength(100);
    await work.run(place.organizationId, new AbortController().signal);
    expect((await place.rows()).length).toBeGreaterThan(200);
  });

  (onPostgres ? it : it.skip)(
    'beside writers and other packers never leaves days that do not hold',
    async () => {
      await place.write(WINTER);
      let isWriting = true;
      const packing = [0, 1].map(async () => {
        while (isWriting) await place.pack();
      });
      for (let i = 0; i < 40; i++) {
        await Promise.all(
          ['x', 'y', 'z'].map((name, n) =>
            place.write({
              [name]: {
                on: `2026-02-${String(1 + ((i * (n + 1)) % 28)).padStart(2, '0')}`,
                rating: 4,
              },
            }),
          ),
        );
      }
      isWriting = false;
      await Promise.all(packing);
      await place.pack();
      expect((await place.rows()).every(({ holds }) => holds)).toBe(true);
      expect(await place.differences()).toEqual([]);
    },
  );
});
