import { rebuildRollups } from '../../src/modules/reviews/index.ts';
import type { Data, TestApi } from '../testkit/api.ts';
import { Random } from '../testkit/random.ts';

const LOCATIONS = [
  {
    externalId: 'auckland',
    name: 'Auckland',
    timeZone: 'Pacific/Auckland',
    group: ['Brand', 'South'],
  },
  { externalId: 'tokyo', name: 'Tokyo', timeZone: 'Asia/Tokyo', group: ['Brand', 'East'] },
  { externalId: 'berlin', name: 'Berlin', timeZone: 'Europe/Berlin', group: ['Brand'] },
  { externalId: 'lima', name: 'Lima', timeZone: 'America/Lima', group: null },
  { externalId: 'adak', name: 'Adak', timeZone: 'America/Adak', group: ['Other'] },
];
const SCALES = ['STARS_5', 'STARS_5', 'NUMERIC_10', 'THUMBS', 'TEXT_ONLY'] as const;
const RANGES = { STARS_5: [1, 5], NUMERIC_10: [1, 10], THUMBS: [0, 1], TEXT_ONLY: null } as const;
const HOUR = 3_600_000;

/** The rows of {@link variedReviews}: many of them near midnight, somewhere. */
export function variedRows(count: number, seed: number): Data[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => {
    const ratingScale = random.pick(SCALES);
    const range = RANGES[ratingScale];
    const authored = Date.UTC(2025, 0, 1) + random.below(90 * 24 * 4) * (HOUR / 4);
    const location = random.below(LOCATIONS.length + 1);
    return {
      source: random.pick(['GOOGLE', 'YELP', 'FIRST_PARTY']),
      externalId: `varied-${index}`,
      locationExternalId: LOCATIONS[location]?.externalId ?? null,
      ratingScale,
      rating: range && range[0] + random.below(range[1] - range[0] + 1),
      ...random.pick([
        { text: 'terrible and awful', language: 'en' },
        { text: 'wonderful', language: 'en' },
        { text: 'lekker', language: 'nl' },
        // Nothing to tell a language by.
        { text: null, language: null },
      ]),
      authoredAt: new Date(authored).toISOString(),
      ...(random.chance(0.4) && {
        response: {
          body: 'Thank you.',
          publishedAt: new Date(authored + random.below(90) * HOUR).toISOString(),
        },
      }),
    };
  });
}

/**
 * Reviews of all kinds over locations in zones far apart: edited, answered in time and late,
 * overdue and not due yet, with and without a location.
 */
export async function variedReviews(api: TestApi, count = 400, seed = 1): Promise<void> {
  const { importLocations } = await api.run(
    'mutation ($input: ImportLocationsInput!) { importLocations(input: $input) { rejected } }',
    {
      input: {
        locations: LOCATIONS.map(({ group, ...location }) => ({
          ...location,
          locale: 'en',
          ...(group && { groupPath: group }),
        })),
      },
    },
  );
  if (importLocations.rejected > 0) throw new Error('locations were rejected');
  const rows = variedRows(count, seed);
  const put = async (reviews: Data[]) => {
    const { importReviews } = await api.run(
      'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { rejected results { userErrors { message } } } }',
      { input: { reviews } },
    );
    if (importReviews.rejected > 0) throw new Error(JSON.stringify(importReviews.results));
  };
  await put(rows);
  // Some think better of it, and some worse.
  await put(
    rows
      .filter(({ rating }, index) => rating !== null && index % 5 === 0)
      .map((row, index) => {
        const range = RANGES[row.ratingScale as keyof typeof RANGES];
        return { ...row, rating: range?.[index % 3 === 0 ? 0 : 1] };
      }),
  );
  await spreadInTime(api);
}

/** As if they had come here when they were written: so that answers take a time, and are due. */
async function spreadInTime(api: TestApi): Promise<void> {
  await api.db.unitOfWork(api.organizationId, (uow) =>
    uow.execute(
      `update review set received_at = authored_at + interval '20 minutes',
         response_due_at = case when right(id::text, 1) in ('0', '1', '2', '3') then now() + interval '1 day'
           else authored_at + interval '30 hours' end
       where organization_id = $1`,
      [api.organizationId],
    ),
  );
  for await (const step of rebuildRollups(api.db, api.organizationId)) {
    if (step.done > step.total) throw new Error('more parts than there are');
  }
}
