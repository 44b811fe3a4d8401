import type { FieldCost } from '../../graphql/admission/cost.ts';
import { MAX_CELLS } from './check-query.ts';
import type { MetricDimension } from './dimensions.ts';
import type { Granularity } from './granularity.ts';
import { BUCKETS } from './granularity.ts';
import { dayOf } from './local-days.ts';

/** Rows of an answer are added up already: to read and write one is a fraction of reading an object. */
const POINTS = 0.05;

/** Of the objects in an answer: what a row has is counted with the rows, of which there is one for each cell. */
export const CELL_COST: FieldCost = { complexity: POINTS, multiplier: 1 };
export const ROWS_COST: FieldCost = { complexity: POINTS };

/** How many values a dimension is thought to have, where the filter does not say. */
const TYPICAL: Readonly<Record<MetricDimension, number>> = {
  LOCATION: 100,
  GROUP: 20,
  SOURCE: 8,
  LANGUAGE: 20,
  SENTIMENT: 3,
  RATING_SCALE: 4,
  SURVEY: 5,
  SURVEY_VERSION: 10,
  CHANNEL: 4,
  TOUCHPOINT: 10,
  QUESTION_COUNT: 5,
  SURVEY_SCALE: 5,
};

const DAYS: Readonly<Record<Granularity, number>> = {
  DAY: 1,
  WEEK: 7,
  MONTH: 28,
  QUARTER: 90,
  YEAR: 365,
};

/** A query as it was written or as it was coerced: nothing of it has been checked. */
interface Unchecked {
  readonly measures?: unknown;
  readonly dimensions?: unknown;
  readonly granularity?: unknown;
  readonly range?: {
    readonly from?: unknown;
    readonly to?: unknown;
    readonly last?: { readonly count?: unknown; readonly unit?: unknown } | null;
    readonly current?: unknown;
  } | null;
  readonly filter?: {
    readonly locationIds?: unknown;
    readonly locationExternalIds?: unknown;
  } | null;
}

/** `multiplier`: the cells of the answer, as far as the query tells, and as many as there may be at most. */
export const METRIC_COST: FieldCost = {
  multiplier: ({ query }) => cellsOf(query ?? {}),
};

/** A statement of its own for each value that it is asked of, and maybe one to count. */
export const REVIEWS_COST: FieldCost = { complexity: 50 };

function cellsOf(query: Unchecked): number {
  const rows = bucketsOf(query) * combinationsOf(query);
  return Math.min(rows * Math.max(1, lengthOf(query.measures)), MAX_CELLS);
}

function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  // A single value stands for a list of one.
  return value == null ? 0 : 1;
}

function combinationsOf({ dimensions, filter }: Unchecked): number {
  const locations = filter?.locationIds ?? filter?.locationExternalIds;
  const names = Array.isArray(dimensions) ? dimensions : [dimensions];
  return names.reduce<number>((product, name) => {
    if (name === 'LOCATION' && locations != null) return product * lengthOf(locations);
    return product * (TYPICAL[name as MetricDimension] ?? 1);
  }, 1);
}

function bucketsOf({ granularity, range }: Unchecked): number {
  if (!isGranularity(granularity)) return 1;
  return Math.ceil(daysOf(range ?? {}) / DAYS[granularity]) + 1;
}

function daysOf({ from, to, last, current }: NonNullable<Unchecked['range']>): number {
  if (isGranularity(current)) return DAYS[current];
  if (isGranularity(last?.unit)) return Number(last.count) * DAYS[last.unit];
  const [first, end] = [dayOfUnchecked(from), dayOfUnchecked(to)];
  return first === null || end === null ? MAX_CELLS : Math.max(0, end - first);
}

function dayOfUnchecked(value: unknown): number | null {
  return value instanceof Date || typeof value === 'string' ? dayOf(value) : null;
}

function isGranularity(value: unknown): value is Granularity {
  return typeof value === 'string' && value in BUCKETS;
}
