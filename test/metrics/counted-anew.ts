import { DateTime } from 'luxon';
import type { Data } from '../testkit/api.ts';
import type { RawReview } from './raw-reviews.ts';

/**
 * What a metric query should be answered with, counted anew over the rows of the reviews: slowly,
 * one review after the other, with nothing of what the server answers by.
 */
export interface Expected {
  readonly bucket: string | null;
  readonly keys: readonly (string | null)[];
  /** By measure: the value, and over how many reviews. */
  readonly values: Readonly<Record<string, { value: number | null; n: number; tolerance: number }>>;
}

export interface Counting {
  readonly measures: readonly string[];
  readonly dimensions: readonly string[];
  readonly granularity: string | null;
  readonly from: string;
  readonly to: string;
  readonly now: Date;
  /** The parent of each group; null at the root. */
  readonly groups: ReadonlyMap<string, string | null>;
}

export const day = (text: string) => DateTime.fromISO(text, { zone: 'utc' });

/** The library is exact, and slow: what it said is remembered. */
const said = new Map<string, unknown>();
function remembered<T>(question: string, answer: () => T): T {
  if (!said.has(question)) said.set(question, answer());
  return said.get(question) as T;
}

/** The first day of the bucket that a day is in. */
export function bucketOf(date: string, granularity: string | null): string | null {
  if (granularity === null) return null;
  const unit = granularity.toLowerCase() as 'day' | 'week' | 'month' | 'quarter' | 'year';
  return remembered(`${date} ${unit}`, () => day(date).startOf(unit).toISODate());
}

export function bucketsBetween({ from, to, granularity }: Counting): (string | null)[] {
  return remembered(`${from} to ${to} by ${granularity}`, () => {
    const buckets = new Set<string | null>();
    for (let at = day(from); at <= day(to); at = at.plus({ days: 1 })) {
      buckets.add(bucketOf(at.toISODate() as string, granularity));
    }
    return [...buckets];
  });
}

function keysOf(review: RawReview, dimension: string, { groups }: Counting): (string | null)[] {
  switch (dimension) {
    case 'LOCATION':
      return [review.location];
    case 'GROUP': {
      const found: (string | null)[] = [];
      for (let group = review.group; group !== null; group = groups.get(group) ?? null) {
        found.push(group);
      }
      return found.length > 0 ? found : [null];
    }
    case 'SOURCE':
      return [review.source];
    case 'LANGUAGE':
      return [review.language];
    case 'SENTIMENT':
      return [review.sentiment];
    case 'RATING_SCALE':
      return [review.scale];
    default:
      throw new Error(dimension);
  }
}

function combinations(review: RawReview, counting: Counting): (string | null)[][] {
  return counting.dimensions.reduce<(string | null)[][]>(
    (all, dimension) =>
      all.flatMap((keys) => keysOf(review, dimension, counting).map((key) => [...keys, key])),
    [[]],
  );
}

/** The rows in no order of meaning: by their keys and buckets. */
export function countedAnew(reviews: readonly RawReview[], counting: Counting): Expected[] {
  const inRange = reviews.filter(({ day }) => day >= counting.from && day <= counting.to);
  const groups = new Map<string, RawReview[]>();
  for (const review of inRange) {
    for (const keys of combinations(review, counting)) {
      const name = JSON.stringify(keys);
      groups.set(name, [...(groups.get(name) ?? []), review]);
    }
  }
  if (counting.dimensions.length === 0 && groups.size === 0) groups.set('[]', []);
  const rows: Expected[] = [];
  for (const [name, own] of groups) {
    for (const bucket of bucketsBetween(counting)) {
      const here = own.filter((review) => bucketOf(review.day, counting.granularity) === bucket);
      const values = counting.measures.map((measure) => [
        measure,
        valueOf(measure, here, counting),
      ]);
      rows.push({
        bucket,
        keys: JSON.parse(name) as (string | null)[],
        values: Object.fromEntries(values) as Expected['values'],
      });
    }
  }
  return rows;
}

const isAnswered = ({ respondedAt }: RawReview) => respondedAt !== null;
const isInTime = ({ respondedAt, dueAt }: RawReview) =>
  respondedAt !== null && (dueAt === null || respondedAt <= dueAt);
const mean = (numbers: readonly number[]) =>
  numbers.length === 0 ? null : numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

function share(of: readonly RawReview[], isCounted: (review: RawReview) => boolean) {
  return { value: mean(of.map((review) => Number(isCounted(review)))), n: of.length };
}

function secondsOf(reviews: readonly RawReview[]): number[] {
  return reviews
    .flatMap(({ respondedAt, receivedAt }) =>
      respondedAt !== null && respondedAt >= receivedAt
        ? [(respondedAt.getTime() - receivedAt.getTime()) / 1000]
        : [],
    )
    .sort((a, b) => a - b);
}

function starOf({ score }: RawReview): number | null {
  // Scores are thirds and ninths: what is half a star is so exactly but for the last digits.
  return score === null ? null : Math.floor(1.5 + 4 * score + 1e-9);
}

function percentile(reviews: readonly RawReview[], percent: number) {
  const times = secondsOf(reviews);
  const value = times[Math.ceil((times.length * percent) / 100) - 1] ?? null;
  return { value, n: times.length, tolerance: value === null ? 0 : Math.max(0.5, 0.02 * value) };
}

function averages(reviews: readonly RawReview[], of: (review: RawReview) => number | null) {
  const numbers = reviews.flatMap((review) => of(review) ?? []);
  return { value: mean(numbers), n: numbers.length };
}

type Value = { value: number | null; n: number; tolerance?: number };

function valueOf(measure: string, all: readonly RawReview[], { now }: Counting): Value {
  return { tolerance: 1e-9, ...exactly(measure, all, now) };
}

function exactly(measure: string, all: readonly RawReview[], now: Date): Value {
  const negative = all.filter(({ sentiment }) => sentiment === 'NEGATIVE');
  const positive = all.filter(({ sentiment }) => sentiment === 'POSITIVE');
  const answered = all.filter(isAnswered);
  const goal = (rate: Value, least: number) => ({
    ...rate,
    value: rate.value === null ? null : Number(rate.value >= least),
  });
  const measures: Readonly<Record<string, () => Value>> = {
    REVIEW_COUNT: () => ({ value: all.length, n: all.length }),
    REVIEW_AVERAGE_SCORE: () => averages(all, ({ score }) => score),
    REVIEW_AVERAGE_RATING: () => averages(all, ({ rating }) => rating),
    REVIEW_NEGATIVE_SHARE: () => ({ ...share(all, (review) => negative.includes(review)) }),
    REVIEW_POSITIVE_SHARE: () => ({ ...share(all, (review) => positive.includes(review)) }),
    REVIEW_UPWARD_REVISION_RATE: () => share(answered, ({ revisedUpward }) => revisedUpward),
    RESPONSE_COUNT: () => ({ value: answered.length, n: all.length }),
    RESPONSE_RATE: () => share(all, isAnswered),
    RESPONSE_RATE_NEGATIVE: () => share(negative, isAnswered),
    RESPONSE_RATE_POSITIVE: () => share(positive, isAnswered),
    RESPONSE_GOAL_MET_NEGATIVE: () => goal(share(negative, isAnswered), 1),
    RESPONSE_GOAL_MET_POSITIVE: () => goal(share(positive, isAnswered), 0.2),
    RESPONSE_TIME_AVERAGE: () => ({
      value: mean(secondsOf(all)),
      n: secondsOf(all).length,
      tolerance: 0.001,
    }),
    RESPONSE_TIME_P50: () => percentile(all, 50),
    RESPONSE_TIME_P90: () => percentile(all, 90),
    RESPONSE_SLA_HIT_RATE: () =>
      share(
        all.filter((review) => isAnswered(review) || (review.dueAt !== null && review.dueAt < now)),
        isInTime,
      ),
  };
  const stars = /^REVIEW_STARS_(\d)$/.exec(measure);
  if (stars) {
    const rated = all.filter(({ score }) => score !== null);
    const value = rated.filter((review) => starOf(review) === Number(stars[1])).length;
    return { value, n: rated.length };
  }
  const work = measures[measure];
  if (work === undefined) throw new Error(`${measure} is not counted anew`);
  return work();
}

/** What of an answer differs from what was counted anew; empty where all is equal. */
export function differences(rows: readonly Data[], expected: readonly Expected[]): string[] {
  const found: string[] = [];
  const nameOf = (bucket: string | null, keys: readonly (string | null)[]) =>
    JSON.stringify([bucket, ...keys]);
  const answered = new Map<string, Data>(
    rows.map((row) => [
      nameOf(
        row.bucket,
        row.dimensions.map(({ value }: Data) => value),
      ),
      row,
    ]),
  );
  for (const { bucket, keys, values } of expected) {
    const name = nameOf(bucket, keys);
    const row = answered.get(name);
    answered.delete(name);
    if (row === undefined) {
      found.push(`${name} is missing`);
      continue;
    }
    for (const each of row.values) {
      const should = values[each.measure];
      if (should === undefined) continue;
      if (each.n !== should.n || !isNear(each.value, should.value, should.tolerance)) {
        found.push(
          `${name} ${each.measure}: ${each.value} of ${each.n}, not ${should.value} of ${should.n}`,
        );
      }
    }
  }
  return [...found, ...[...answered.keys()].map((name) => `${name} is too much`)];
}

function isNear(a: number | null, b: number | null, tolerance: number): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= tolerance;
}
