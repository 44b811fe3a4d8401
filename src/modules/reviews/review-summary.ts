import type { PlannedValue } from '../../graphql/plan/planned.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { RATING_RANGES, type RatingScale } from './rating-scale.ts';

/** A row of `review_rollup`: the public reviews of one location on one rating scale. */
export interface RollupRow {
  readonly rating_scale: RatingScale;
  readonly review_count: number;
  /** Of the raw ratings, exact: a decimal as text. */
  readonly rating_sum: string;
  readonly stars_1: number;
  readonly stars_2: number;
  readonly stars_3: number;
  readonly stars_4: number;
  readonly stars_5: number;
  readonly responded_count: number;
}

export interface Summary {
  readonly count: number;
  readonly averageRating: number | null;
  readonly averageScore: number | null;
  readonly distribution: readonly { rating: number; count: number }[];
  readonly responseRate: number | null;
}

/**
 * Scales add up through their raw sums: Σ (rating − min) ÷ (max − min) over a scale's n reviews is
 * (Σ rating − n × min) ÷ (max − min), so nothing is rounded before the last division.
 */
export function summarize(rows: readonly RollupRow[]): Summary {
  let count = 0;
  let rated = 0;
  let scoreSum = 0;
  let responded = 0;
  let [one, two, three, four, five] = [0, 0, 0, 0, 0];
  for (const row of rows) {
    count += row.review_count;
    responded += row.responded_count;
    const range = RATING_RANGES[row.rating_scale];
    if (range === null) continue;
    rated += row.review_count;
    scoreSum += (Number(row.rating_sum) - row.review_count * range.min) / (range.max - range.min);
    one += row.stars_1;
    two += row.stars_2;
    three += row.stars_3;
    four += row.stars_4;
    five += row.stars_5;
  }
  const averageScore = rated === 0 ? null : scoreSum / rated;
  return {
    count,
    averageScore,
    averageRating: averageScore === null ? null : 1 + 4 * averageScore,
    distribution: [
      { rating: 1, count: one },
      { rating: 2, count: two },
      { rating: 3, count: three },
      { rating: 4, count: four },
      { rating: 5, count: five },
    ],
    responseRate: count === 0 ? null : responded / count,
  };
}

const COLUMNS = [
  'rating_scale',
  'review_count',
  'rating_sum',
  'stars_1',
  'stars_2',
  'stars_3',
  'stars_4',
  'stars_5',
  'responded_count',
] as const satisfies readonly (keyof RollupRow)[];
const SELECTED = COLUMNS.map((name) => `u.${name}`).join(', ');

/** The same as a part of one statement: the rows as one text, since it is told with each review. */
export const PLANNED_SUMMARY: PlannedValue = {
  kind: 'value',
  sql:
    `(select string_agg(concat_ws(',', ${SELECTED}), ';') from review_rollup u ` +
    `where u.organization_id = $1 and u.location_id = l.id)`,
  value: (cell) => summarize(cell === null ? [] : cell.split(';').map(rollupRowOf)),
};

/** By the places of {@link COLUMNS}. */
function rollupRowOf(text: string): RollupRow {
  const cells = text.split(',');
  return {
    rating_scale: cells[0] as RatingScale,
    review_count: Number(cells[1]),
    rating_sum: cells[2] as string,
    stars_1: Number(cells[3]),
    stars_2: Number(cells[4]),
    stars_3: Number(cells[5]),
    stars_4: Number(cells[6]),
    stars_5: Number(cells[7]),
    responded_count: Number(cells[8]),
  };
}

/** The summary of a location: its rollup rows, one for each rating scale that it has reviews on. */
export function reviewSummaryOf(ctx: GraphQLContext, locationKey: string): Promise<Summary> {
  return ctx.loaders.load(
    'ReviewSummary by location',
    locationKey,
    async (keys) => {
      const rows = await ctx.db.read<RollupRow & { location_id: string }>(
        ctx.caller.organizationId,
        `select u.location_id, ${SELECTED} from review_rollup u ` +
          'where u.organization_id = $1 and u.location_id = any($2::uuid[])',
        [keys],
      );
      const byLocation = new Map<string, RollupRow[]>();
      for (const row of rows) {
        const own = byLocation.get(row.location_id);
        if (own) own.push(row);
        else byLocation.set(row.location_id, [row]);
      }
      return new Map([...byLocation].map(([key, own]) => [key, summarize(own)]));
    },
    summarize([]),
  );
}
