/** Summaries of locations against counts over the raw rows, whatever was written before. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { Random } from '../testkit/random.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function importRows(reviews: object[]): Promise<Data> {
  const { importReviews } = await api.run(
    'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { rejected } }',
    { input: { reviews } },
  );
  return importReviews;
}

const RAW_SUMMARY = `select coalesce(l.external_id, '') as location, count(r.id)::int as count,
    count(r.rating)::int as rated, avg(r.score) as average,
    count(r.id) filter (where r.first_response_at is not null)::int as responded,
    array(select count(*) filter (where round(1 + 4 * q.score::numeric) = star)::int
      from generate_series(1, 5) star left join review q
        on q.organization_id = $1 and q.location_id = l.id and q.score is not null
      group by star order by star) as stars
  from location l left join review r on r.organization_id = $1 and r.location_id = l.id and r.is_public
  where l.organization_id = $1 group by l.id, l.external_id`;

/** Every summary against a count over the raw rows, written independently of the rollup. */
async function expectSummariesToMatch(): Promise<void> {
  const raw = await api.db.read<{
    location: string;
    count: number;
    rated: number;
    average: number | null;
    responded: number;
    stars: number[];
  }>(api.organizationId, RAW_SUMMARY);
  const { locations } = await api.run(
    `{ locations(first: 100) { nodes { externalId reviewSummary { count averageScore averageRating responseRate distribution { rating count } } } } }`,
  );
  expect(locations.nodes).toHaveLength(raw.length);
  for (const row of raw) {
    const node = locations.nodes.find((each: Data) => each.externalId === row.location);
    const { reviewSummary: summary } = node;
    expect({ location: row.location, count: summary.count }).toEqual({
      location: row.location,
      count: row.count,
    });
    expect(summary.distribution.map((each: Data) => each.count)).toEqual(row.stars);
    if (row.average === null) expect(summary.averageScore).toBeNull();
    else expect(summary.averageScore).toBeCloseTo(row.average, 10);
    if (row.count === 0) expect(summary.responseRate).toBeNull();
    else expect(summary.responseRate).toBeCloseTo(row.responded / row.count, 12);
  }
}

describe('reviewSummary', () => {
  it('equals a count over the raw rows after a random history of imports and edits', async () => {
    const random = new Random(20_261_121);
    const scales = ['STARS_5', 'STARS_5', 'NUMERIC_10', 'THUMBS', 'TEXT_ONLY'] as const;
    const ratingOn = {
      STARS_5: () => 1 + random.below(9) / 2,
      NUMERIC_10: () => 1 + random.below(91) / 10,
      THUMBS: () => random.below(2),
      TEXT_ONLY: () => null,
    };
    for (let round = 0; round < 12; round++) {
      const rows = Array.from({ length: 80 }, () => {
        const ratingScale = random.pick(scales);
        const place = random.below(6);
        return {
          source: random.pick(['GOOGLE', 'YELP']),
          externalId: `history-${random.below(150)}`,
          ...(place < 5 && {
            locationExternalId: `place-${place}`,
            locationName: `Place ${place}`,
          }),
          ratingScale,
          rating: ratingOn[ratingScale](),
          authoredAt: '2026-02-01T00:00:00Z',
          ...(random.chance(0.3) && { response: { body: `Thanks ${random.below(3)}` } }),
        };
      });
      const payload = await importRows(rows);
      expect(payload.rejected).toBe(0);
    }
    await expectSummariesToMatch();
  });

  (onPostgres ? it : it.skip)('equals it under concurrent writers too', async () => {
    const writer = async (seed: number) => {
      const random = new Random(seed);
      for (let round = 0; round < 10; round++) {
        const rows = Array.from({ length: 40 }, () => {
          const place = random.below(4);
          return {
            source: 'FACEBOOK',
            externalId: `shared-${random.below(60)}`,
            locationExternalId: `shared-place-${place}`,
            locationName: `Shared ${place}`,
            rating: 1 + random.below(5),
            authoredAt: '2026-02-01T00:00:00Z',
            ...(random.chance(0.3) && { response: { body: `Thanks ${random.below(3)}` } }),
          };
        });
        const payload = await importRows(rows);
        expect(payload.rejected).toBe(0);
      }
    };
    await Promise.all([1, 2, 3, 4, 5, 6].map(writer));
    await expectSummariesToMatch();
  });
});
