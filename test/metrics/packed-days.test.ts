import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { ASK, DAYS, PackedPlace, WINTER } from './packed-place.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

let place: PackedPlace;
beforeEach(async () => {
  place = await PackedPlace.make(api);
});

describe('days of months that are over', () => {
  it('are packed, and read as they are: those of the range alone', async () => {
    await place.write(WINTER);
    expect(await place.days()).toEqual(DAYS);
    // At the location and over all, each: November, December and February.
    expect(await place.pack()).toBe(6);
    expect(await place.rows()).toEqual([
      {
        month: '2025-11',
        holds: true,
        reviews: `${','.repeat(18)}1,1`,
        score_sum: `${','.repeat(19)}3600`,
      },
      {
        month: '2025-12',
        holds: true,
        reviews: `${','.repeat(30)}1`,
        score_sum: `${','.repeat(30)}1800`,
      },
      {
        month: '2026-02',
        holds: true,
        reviews: `1${','.repeat(27)}2`,
        score_sum: `2700${','.repeat(27)}3600`,
      },
    ]);
    expect(await place.days()).toEqual(DAYS);
    expect(await place.differences()).toEqual([]);
    expect(await place.pack()).toBe(0);
  });

  it('are those of the period before as well', async () => {
    await place.write(WINTER);
    await place.pack();
    // 60 days, and the 60 before: from 18 November on.
    expect(await place.days({ from: '2026-01-17', to: '2026-03-17' }, true)).toEqual([
      ['2026-01-18', 0, 1, null],
      ['2026-01-19', 0, 1, null],
      ['2026-02-01', 1, 0, 0.75],
      ['2026-02-28', 2, 0, 0.5],
      ['2026-03-01', 0, 1, null],
      ['2026-03-14', 1, 0, 0.25],
      ['2026-03-15', 1, 0, 0],
    ]);
  });

  it('are read from the rows of days where one of them was written since', async () => {
    await place.write(WINTER);
    await place.pack();
    await place.write({ g: { on: '2026-02-02', rating: 5 } });
    expect((await place.rows()).map(({ holds }) => holds)).toEqual([true, true, false]);
    const now = [...DAYS.slice(0, 3), ['2026-02-02', 1, null, 1], ...DAYS.slice(3)];
    expect(await place.days()).toEqual(now);
    expect(await place.pack()).toBe(2);
    expect(await place.days()).toEqual(now);
  });

  it('no longer hold where a review moves within its month, which leaves the sums of the month alone', async () => {
    await place.write(WINTER);
    await place.pack();
    await place.write({ c: { on: '2026-02-11', rating: 4 } });
    expect((await place.rows()).map(({ holds }) => holds)).toEqual([true, true, false]);
    expect(await place.days()).toEqual([
      ...DAYS.slice(0, 2),
      ['2026-02-11', 1, null, 0.75],
      ...DAYS.slice(3),
    ]);
    expect(await place.differences()).toEqual([]);
  });

  it('wait until the month is over in all zones', async () => {
    await place.write(WINTER);
    expect(await place.pack(new Date('2026-03-02T23:59:59Z'))).toBe(4);
    expect(await place.pack(new Date('2026-03-03T00:00:00Z'))).toBe(2);
  });

  it('are read with their sign', async () => {
    await place.write(WINTER);
    await api.db.unitOfWork(place.organizationId, (uow) =>
      uow.execute(
        `update review_total set reviews = -12, revision = 9 where organization_id = $1 and place_id = $1`,
        [place.organizationId],
      ),
    );
    await place.pack();
    expect((await place.rows())[2]).toMatchObject({ reviews: `-12${','.repeat(27)}-12` });
    const query = { measures: ['REVIEW_COUNT'], range: { from: '2025-12-01', to: '2026-03-14' } };
    const { metrics } = await place.run(ASK, { query: { ...query, granularity: 'DAY' } });
    expect(metrics.rows.filter(({ values }: Data) => values[0].value === -12)).toHaveLength(4);
  });
});
