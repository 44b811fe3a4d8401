import { RESPONSE_TIME_GAMMA, SCORE_UNITS } from '../reviews/index.ts';
import type { Day } from './local-days.ts';
import { netPromoterScore, type NpsSegments } from './evaluate-nps.ts';
import type { Measure, Sum } from './measure.ts';
import type { MeasureName } from './measures.ts';
import type { MetricSettings } from './metric-settings.ts';
import { type Column, type Needs, REPUTATION, REVIEWS } from './needs.ts';
import { type ComponentData, reputationOf } from './reputation.ts';

/** What stands in a row behind its keys. */
export type Values = ArrayLike<number | null>;

/** What was read for one row of the answer: a row of each part, or nothing where there are no reviews. */
export class Facts {
  /** Maybe of many rows, one behind the other: a row of its own for each of them would cost more than to read it. */
  counts: Values | null = null;
  /** Where in the counts those of this row begin. */
  first = 0;
  times: Values | null = null;
  pending: Values | null = null;
  spread: Values | null = null;

  /** Null where there is nothing. */
  countAt(index: number): number | null {
    return this.counts === null ? null : (this.counts[this.first + index] ?? null);
  }
}

/** The days that a row is over. */
export interface Days {
  /** Of them, the last one that has been. */
  readonly lastDay: Day;
}

/** What there is to say of a measure in one row. Each by itself: of thousands of rows, few are asked for all of it. */
export interface Evaluator {
  readonly value: (facts: Facts, days: Days) => number | null;
  readonly n: (facts: Facts) => number;
  readonly numerator: (facts: Facts) => number | null;
  readonly denominator: (facts: Facts) => number | null;
  readonly components: (facts: Facts, days: Days) => readonly ComponentData[] | null;
  /** Of the net promoter score alone. */
  readonly npsSegments?: (facts: Facts) => NpsSegments;
}

/** What evaluators are made with. */
export interface Evaluation {
  readonly needs: Needs;
  readonly settings: MetricSettings;
}

/** How a measure is worked out from what was read for it; made once for all rows of an answer. */
export function evaluatorOf({ computed }: Measure<MeasureName>, evaluation: Evaluation): Evaluator {
  const at = (sum: Sum) => adder(evaluation, sum.sql);
  switch (computed.kind) {
    case 'count':
      return count(at(computed.numerator), at(computed.of));
    case 'quotient':
      return quotient(at(computed.numerator), computed.numerator.per, at(computed.denominator));
    case 'goal': {
      const goal = evaluation.settings[computed.goal];
      const rate = quotient(at(computed.numerator), 1, at(computed.denominator));
      const value: Evaluator['value'] = (facts, days) => {
        const reached = rate.value(facts, days);
        return reached === null ? null : Number(reached >= goal);
      };
      return { ...rate, value };
    }
    case 'slaHitRate': {
      const reviews = at(computed.reviews);
      const due = (facts: Facts) => reviews(facts) - (facts.pending?.[0] ?? 0);
      return quotient(at(computed.numerator), 1, due);
    }
    case 'percentile': {
      const index = evaluation.needs.percentiles.indexOf(computed.percent);
      return percentile(index, at(computed.of));
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

const none = () => null;

/** Where a column stands among the values of the counts. */
function placeOf({ needs }: Evaluation, sql: string): number {
  return needs.columns.findIndex((column) => column.sql === sql);
}

/** The sum of a column in a row; 0 where there are no reviews. */
function adder(evaluation: Evaluation, sql: string): Add {
  const index = placeOf(evaluation, sql);
  return (facts) => facts.countAt(index) ?? 0;
}

function count(numeratorOf: Add, countOf: Add): Evaluator {
  return {
    value: numeratorOf,
    n: countOf,
    numerator: numeratorOf,
    denominator: none,
    components: none,
  };
}

function quotient(numeratorOf: Add, per: number, denominatorOf: Add): Evaluator {
  return {
    value(facts) {
      const denominator = denominatorOf(facts);
      // Divided once, so that it is rounded once.
      return denominator === 0 ? null : numeratorOf(facts) / (denominator * per);
    },
    n: denominatorOf,
    numerator: (facts) => numeratorOf(facts) / per,
    denominator: denominatorOf,
    components: none,
  };
}

function percentile(index: number, countOf: Add): Evaluator {
  return {
    value({ times }) {
      const bucket = times?.[index] ?? null;
      return bucket === null ? null : secondsOf(bucket);
    },
    n: countOf,
    numerator: none,
    denominator: none,
    components: none,
  };
}

/** Within 2 % of each time in the bucket, which reaches from γ^(b − 1) to γ^b seconds. */
function secondsOf(bucket: number): number {
  if (bucket === 0) return 0.5;
  return (2 * RESPONSE_TIME_GAMMA ** bucket) / (RESPONSE_TIME_GAMMA + 1);
}

function reputation(evaluation: Evaluation): Evaluator {
  const at = ({ sql }: Column) => adder(evaluation, sql);
  const [reviews, rated, scoreSum] = [at(REVIEWS), at(REPUTATION.rated), at(REPUTATION.scoreSum)];
  const [responded, inTime] = [at(REPUTATION.responded), at(REPUTATION.inTime)];
  const latest = placeOf(evaluation, REPUTATION.latest.sql);
  const worked = (facts: Facts, days: Days) => {
    const day = facts.countAt(latest);
    return reputationOf(
      {
        reviews: reviews(facts),
        rated: rated(facts),
        scoreSum: scoreSum(facts) / SCORE_UNITS,
        responded: responded(facts),
        inTime: inTime(facts),
        daysSinceLatest: day === null ? null : Math.max(0, days.lastDay - day),
        squaresOfSources: facts.spread?.[0] ?? 0,
      },
      evaluation.settings,
    );
  };
  return {
    value: (facts, days) => worked(facts, days).score,
    n: reviews,
    numerator: none,
    denominator: none,
    components: (facts, days) => worked(facts, days).components,
  };
}
