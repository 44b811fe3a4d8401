import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';

/**
 * Days are those of the place, whatever the clock does there. Worked out by hand:
 *
 * - Berlin put its clocks forward on 30 March 2025 at 02:00 (+01 → +02), and back on 26 October at 03:00.
 * - Kiritimati is 14 hours ahead of UTC, Adak 10 (9 in summer) behind.
 */
let api: TestApi;

const PLACES = {
  berlin: 'Europe/Berlin',
  kiritimati: 'Pacific/Kiritimati',
  adak: 'America/Adak',
  kathmandu: 'Asia/Kathmandu',
} as const;

/** [place, time, its local day]; without a place it is the day in the zone of the organization. */
const REVIEWS: readonly (readonly [keyof typeof PLACES | null, string, string])[] = [
  ['berlin', '2025-03-29T22:59:59.999Z', '2025-03-29'],
  ['berlin', '2025-03-29T23:00:00Z', '2025-03-30'],
  // The day has 23 hours: this is its last one, where in winter it would be the last but one.
  ['berlin', '2025-03-30T21:59:59.999Z', '2025-03-30'],
  ['berlin', '2025-03-30T22:00:00Z', '2025-03-31'],
  ['berlin', '2025-10-25T21:59:59Z', '2025-10-25'],
  ['berlin', '2025-10-25T22:00:00Z', '2025-10-26'],
  // 25 hours: the 25th.
  ['berlin', '2025-10-26T22:59:59.999Z', '2025-10-26'],
  ['berlin', '2025-10-26T23:00:00Z', '2025-10-27'],
  ['kiritimati', '2024-12-31T09:59:59Z', '2024-12-31'],
  ['kiritimati', '2024-12-31T10:00:00Z', '2025-01-01'],
  ['adak', '2025-01-01T09:59:59Z', '2024-12-31'],
  ['adak', '2025-01-01T10:00:00Z', '2025-01-01'],
  ['kathmandu', '2025-01-31T18:14:59Z', '2025-01-31'],
  ['kathmandu', '2025-01-31T18:15:00Z', '2025-02-01'],
  [null, '2025-06-30T23:59:59Z', '2025-06-30'],
  [null, '2025-07-01T00:00:00Z', '2025-07-01'],
];

beforeAll(async () => {
  api = await openTestApi();
  await api.run(
    'mutation ($input: ImportLocationsInput!) { importLocations(input: $input) { rejected } }',
    {
      input: {
        locations: Object.entries(PLACES).map(([externalId, timeZone]) => ({
          externalId,
          name: externalId,
          timeZone,
          locale: 'en',
        })),
      },
    },
  );
  await api.run(
    'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { rejected } }',
    {
      input: {
        reviews: REVIEWS.map(([locationExternalId, authoredAt], index) => ({
          source: 'GOOGLE',
          externalId: `r${index}`,
          rating: 4,
          locationExternalId,
          authoredAt,
        })),
      },
    },
  );
});
afterAll(() => api.close());

const YEARS = { from: '2024-12-01', to: '2025-12-31' };

async function counts(query: object): Promise<Map<string, number>> {
  const { metrics } = await api.run(
    `query ($query: MetricQuery!) { metrics(query: $query) { rows { bucket dimensions { label } values { n } } } }`,
    { query: { measures: ['REVIEW_COUNT'], range: YEARS, ...query } },
  );
  return new Map(
    metrics.rows
      .filter(({ values }: Data) => values[0].n > 0)
      .map(({ bucket, dimensions, values }: Data) => [
        [...dimensions.map(({ label }: Data) => label), bucket].join(' '),
        values[0].n,
      ]),
  );
}

function expected(nameOf: (place: string, day: string) => string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [place, , day] of REVIEWS) {
    const name = nameOf(place ?? 'No location', day);
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  return found;
}

const sorted = (map: Map<string, number>) => [...map].sort();

describe('a day is that of the place', () => {
  it('across changes of the clock and of the year', async () => {
    const found = await counts({ granularity: 'DAY', dimensions: ['LOCATION'] });
    expect(sorted(found)).toEqual(sorted(expected((place, day) => `${place} ${day}`)));
  });

  it('in the organization as a whole, which adds up days of different places', async () => {
    const found = await counts({ granularity: 'DAY' });
    expect(sorted(found)).toEqual(sorted(expected((_place, day) => day)));
  });

  it('and so are months, by rows of months', async () => {
    const found = await counts({ granularity: 'MONTH', dimensions: ['LOCATION'] });
    const months = expected((place, day) => `${place} ${day.slice(0, 7)}-01`);
    expect(sorted(found)).toEqual(sorted(months));
  });

  it('in the range: its first and last day are both in it', async () => {
    for (const [, , day] of REVIEWS) {
      const found = await counts({ range: { from: day, to: day }, granularity: 'DAY' });
      expect(found).toEqual(
        new Map([[day, REVIEWS.filter(([, , other]) => other === day).length]]),
      );
    }
  });

  it('in the filter of reviews', async () => {
    for (const [, , day] of REVIEWS) {
      const { reviews } = await api.run(
        'query ($day: Date) { reviews(filter: { authoredFrom: $day, authoredThrough: $day }) { nodes { externalId } } }',
        { day },
      );
      const names = REVIEWS.flatMap(([, , other], index) => (other === day ? [`r${index}`] : []));
      expect(reviews.nodes.map(({ externalId }: Data) => externalId).sort()).toEqual(names.sort());
    }
  });

  it('of a place whose zone is corrected', async () => {
    await api.run(
      `mutation { importLocations(input: { locations: [{ externalId: "adak", name: "adak", timeZone: "UTC", locale: "en" }] }) { rejected } }`,
    );
    const found = await counts({
      granularity: 'DAY',
      filter: { locationExternalIds: ['adak'] },
    });
    expect(found).toEqual(new Map([['2025-01-01', 2]]));
  });
});
