import type { CellRow } from '../../db/read/cells.ts';
import { RESPONSE_TIME_GAMMA, SCORE_UNITS } from '../reviews/index.ts';
import type { Day } from './local-days.ts';
import { netPromoterScore, type NpsSegments } from './evaluate-nps.ts';
import type { Measure, Sum } from './measure.ts';
import type { MeasureName } from './measures.ts';
import type { MetricSettings } from './metric-settings.ts';
import { type Column, type Needs, REPUTATION, REVIEWS } from './needs.ts';
import { type ComponentData, reputationOf } from './reputation.ts';

/** What was read for one row of the answer: a row of each part, or nothing where there are no reviews. */
export interface Facts {
  counts?: CellRow;
  times?: CellRow;
  pending?: CellRow;
  spread?: CellRow;
}

/** A measure's value in one row. */
export interface Evaluated {
  readonly value: number | null;
  readonly n: number;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly components: readonly ComponentData[] | null;
  /** Of the net promoter score. */
  readonly npsSegments?: NpsSegments;
}

/** `lastDay`: of the days that the row is over, the last one that has been. */
export type Evaluate = (facts: Facts, lastDay: () => Day) => Evaluated;

/** What evaluators are made with. */
export interface Evaluation {
  readonly needs: Needs;
  readonly settings: MetricSettings;
  /** Where the values of a row begin. */
  readonly base: number;
}

/** How a measure is worked out from what was read for it; made once for all rows of an answer. */
export function evaluatorOf({ computed }: Measure<MeasureName>, evaluation: Evaluation): Evaluate {
  const at = (sum: Sum) => adder(evaluation, sum.sql);
  switch (computed.kind) {
    case 'count':
      return count(at(computed.numerator), at(computed.of));
    case 'quotient':
      return quotient(at(computed.numerator), computed.numerator.per, at(computed.denominator));
    case 'goal': {
      const goal = evaluation.settings[computed.goal];
      const rate = quotient(at(computed.numerator), 1, at(computed.denominator));
      return (facts, lastDay) => {
        const { value, ...rest } = rate(facts, lastDay);
        return { ...rest, value: value === null ? null : Number(value >= goal) };
      };
    }
    case 'slaHitRate': {
      const reviews = at(computed.reviews);
      const due = (facts: Facts) =>
        reviews(facts) - (numberAt(facts.pending, evaluation.base) ?? 0);
      return quotient(at(computed.numerator), 1, due);
    }
    case 'percentile': {
      const index = evaluation.needs.percentiles.indexOf(computed.percent);
      return percentile(evaluation.base + index, at(computed.of));
    }
    case 'reputation':
      return reputation(evaluation);
    case 'nps': {
      const { promoters, passives, detractors } = computed.segments;
      return netPromoterScore(at(promoters), at(passives), at(detractors));
    }
  }
}

export type Add = (facts: Facts) => number;

function numberAt(row: CellRow | undefined, index: number): number | null {
  const text = row?.[index];
  return text == null ? null : Number(text);
}

/** Where a column stands in the rows of the counts. */
function placeOf({ needs, base }: Evaluation, sql: string): number {
  return base + needs.columns.findIndex((column) => column.sql === sql);
}

/** The sum of a column in a row; 0 where there are no reviews. */
function adder(evaluation: Evaluation, sql: string): Add {
  const index = placeOf(evaluation, sql);
  return ({ counts }) => numberAt(counts, index) ?? 0;
}

function count(numeratorOf: Add, countOf: Add): Evaluate {
  return (facts) => {
    const value = numeratorOf(facts);
    return {
      value,
      n: countOf(facts),
      numerator: value,
      denominator: null,
      components: null,
    };
  };
}

function quotient(numeratorOf: Add, per: number, denominatorOf: Add): Evaluate {
  return (facts) => {
    const numerator = numeratorOf(facts);
    const denominator = denominatorOf(facts);
    return {
      // Divided once, so that it is rounded once.
      value: denominator === 0 ? null : numerator / (denominator * per),
      n: denominator,
      numerator: numerator / per,
      denominator,
      components: null,
    };
  };
}

function percentile(index: number, countOf: Add): Evaluate {
  return (facts) => {
    const bucket = numberAt(facts.times, index);
    return {
      value: bucket === null ? null : secondsOf(bucket),
      n: countOf(facts),
      numerator: null,
      denominator: null,
      components: null,
    };
  };
}

/** Within 2 % of each time in the bucket, which reaches from γ^(b − 1) to γ^b seconds. */
function secondsOf(bucket: number): number {
  if (bucket === 0) return 0.5;
  return (2 * RESPONSE_TIME_GAMMA ** bucket) / (RESPONSE_TIME_GAMMA + 1);
}

function reputation(evaluation: Evaluation): Evaluate {
  const at = ({ sql }: Column) => adder(evaluation, sql);
  const [reviews, rated, scoreSum] = [at(REVIEWS), at(REPUTATION.rated), at(REPUTATION.scoreSum)];
  const [responded, inTime] = [at(REPUTATION.responded), at(REPUTATION.inTime)];
  const latest = placeOf(evaluation, REPUTATION.latest.sql);
  return (facts, lastDay) => {
    const day = numberAt(facts.counts, latest);
    const { score, components } = reputationOf(
      {
        reviews: reviews(facts),
        rated: rated(facts),
        scoreSum: scoreSum(facts) / SCORE_UNITS,
        responded: responded(facts),
        inTime: inTime(facts),
        daysSinceLatest: day === null ? null : Math.max(0, lastDay() - day),
        squaresOfSources: numberAt(facts.spread, evaluation.base) ?? 0,
      },
      evaluation.settings,
    );
    return { value: score, n: reviews(facts), numerator: null, denominator: null, components };
  };
}
