import type { ReviewFilter } from '../reviews/index.ts';
import type { MetricDimension } from './dimensions.ts';
import type { ResponsesBehind } from './survey-drill-down.ts';

/** What the numbers of a measure are. */
export const MeasureUnit = {
  COUNT: 'COUNT',
  SCORE: 'SCORE',
  RATING: 'RATING',
  RATIO: 'RATIO',
  SECONDS: 'SECONDS',
  POINTS: 'POINTS',
  BOOLEAN: 'BOOLEAN',
  NET_SCORE: 'NET_SCORE',
} as const;
export type MeasureUnit = keyof typeof MeasureUnit;

export const MeasureDirection = {
  HIGHER_IS_BETTER: 'HIGHER_IS_BETTER',
  LOWER_IS_BETTER: 'LOWER_IS_BETTER',
  NEUTRAL: 'NEUTRAL',
} as const;
export type MeasureDirection = keyof typeof MeasureDirection;

/** What the numbers of a measure are over. A query asks about one of them. */
export const MetricSubject = {
  REVIEWS: 'REVIEWS',
  SURVEYS: 'SURVEYS',
  CUSTOMERS: 'CUSTOMERS',
} as const;
export type MetricSubject = keyof typeof MetricSubject;

/**
 * A sum over rollup rows: `sql` is an expression over the columns of one row whose values add up
 * (whole numbers, so that nothing is rounded on the way), and the sum counts in parts of `per`.
 */
export interface Sum {
  readonly sql: string;
  readonly per: number;
}

export const sum = (sql: string, per = 1): Sum => ({ sql, per });

/** Which reviews a part of a value is over, beside the filter, range and dimensions of the query. */
export type Reviews = ReviewFilter;

/** How the value of a measure comes about. */
export type Formula =
  /** The numerator itself: 0 where there is nothing. `of`: what it is a part of, for `n`. */
  | { readonly kind: 'count'; readonly numerator: Sum; readonly of: Sum }
  /** Numerator ÷ denominator; null where the denominator is 0. */
  | { readonly kind: 'quotient'; readonly numerator: Sum; readonly denominator: Sum }
  /** 1 where numerator ÷ denominator reaches the goal of the organization, else 0. */
  | {
      readonly kind: 'goal';
      readonly numerator: Sum;
      readonly denominator: Sum;
      readonly goal: 'goalNegative' | 'goalPositive';
    }
  /** By the due time ÷ (answered + overdue): what is not due yet is counted when asked for. */
  | { readonly kind: 'slaHitRate'; readonly numerator: Sum; readonly reviews: Sum }
  /** The least response time that at least this share of the responses took at most; from the histogram. */
  | { readonly kind: 'percentile'; readonly percent: number; readonly of: Sum }
  | { readonly kind: 'reputation'; readonly of: Sum }
  /** 100 × (promoters − detractors) ÷ all three. */
  | { readonly kind: 'nps'; readonly segments: NpsSums };

/** How many answers are in each segment. */
export interface NpsSums {
  readonly promoters: Sum;
  readonly passives: Sum;
  readonly detractors: Sum;
}

export function quotient(numerator: Sum, denominator: Sum): Formula {
  return { kind: 'quotient', numerator, denominator };
}

interface Declaration<Name extends string> {
  readonly name: Name;
  /** As other systems name it: `review.averageScore`. */
  readonly key: string;
  readonly title: string;
  readonly unit: MeasureUnit;
  readonly direction: MeasureDirection;
  /** The formula in words. */
  readonly formula: string;
  /** Where the formula comes from, or why it is as it is. */
  readonly reason: string;
  readonly computed: Formula;
  /** By what it can be split. */
  readonly dimensions: readonly MetricDimension[];
  /** The columns that it needs are by day and kind of review alone; else the totals do, where nothing else asks for more. */
  readonly isSegmented?: boolean;
  /** Answers on several scales cannot be put together in it. */
  readonly isOfOneScale?: boolean;
}

export interface ReviewMeasure<Name extends string = string> extends Declaration<Name> {
  readonly subject?: 'REVIEWS';
  /** The reviews counted in `n`, and those of them in the numerator. */
  readonly counted: Reviews;
  readonly inNumerator: Reviews;
}

export interface SurveyMeasure<Name extends string = string> extends Declaration<Name> {
  readonly subject: 'SURVEYS';
  /** The responses behind it; null where it counts invitations. */
  readonly responses: ResponsesBehind | null;
}

export interface CustomerMeasure<Name extends string = string> extends Declaration<Name> {
  readonly subject: 'CUSTOMERS';
}

/** One number that can be asked for. All that there is to say of it is said in its declaration. */
export type Measure<Name extends string = string> =
  ReviewMeasure<Name> | SurveyMeasure<Name> | CustomerMeasure<Name>;

export function subjectOf({ subject }: Measure): MetricSubject {
  return subject ?? 'REVIEWS';
}
