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
  const stars = [0, 0, 0, 0, 0];
  for (const row of rows) {
    count += row.review_count;
    responded += row.responded_count;
    const range = RATING_RANGES[row.rating_scale];
    if (range === null) continue;
    rated += row.review_count;
    scoreSum += (Number(row.rating_sum) - row.review_count * range.min) / (range.max - range.min);
    [row.stars_1, row.stars_2, row.stars_3, row.stars_4, row.stars_5].forEach((n, i) => {
      stars[i] = (stars[i] ?? 0) + n;
    });
  }
  const averageScore = rated === 0 ? null : scoreSum / rated;
  return {
    count,
    averageScore,
    averageRating: averageScore === null ? null : 1 + 4 * averageScore,
    distribution: stars.map((n, index) => ({ rating: index + 1, count: n })),
    responseRate: count === 0 ? null : responded / count,
  };
}

const COLUMNS =
  'u.rating_scale, u.review_count, u.rating_sum, u.stars_1, u.stars_2, u.stars_3, u.stars_4, u.stars_5, u.responded_count';

/** The same as a part of one statement: the rows as JSON, mostly one. */
export const PLANNED_SUMMARY: PlannedValue = {
  kind: 'value',
  sql:
    `(select json_agg(summed) from (select ${COLUMNS} from review_rollup u ` +
    `where u.organization_id = $1 and u.location_id = l.id) summed)`,
  value: (cell) => summarize(cell === null ? [] : (JSON.parse(cell) as RollupRow[])),
};

/** The summary of a location: its rollup rows, one for each rating scale that it has reviews on. */
export function reviewSummaryOf(ctx: GraphQLContext, locationKey: string): Promise<Summary> {
  return ctx.loaders.load(
    'ReviewSummary by location',
    locationKey,
    async (keys) => {
      const rows = await ctx.db.read<RollupRow & { location_id: string }>(
        ctx.caller.organizationId,
        `select u.location_id, ${COLUMNS} from review_rollup u ` +
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
