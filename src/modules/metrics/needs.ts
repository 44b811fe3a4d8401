import type { CheckedQuery } from './check-query.ts';
import type { Measure, MetricSubject } from './measure.ts';

/** A value that one row of the counts gives: added up over rows, or the greatest of them. */
export interface Column {
  readonly sql: string;
  readonly by: 'sum' | 'max';
}

/** What the measures of a query need of the database. */
export interface Needs {
  /** Of the rollup's rows; each once. */
  readonly columns: readonly Column[];
  /** Whether there is anything: where numbers are split, one of the columns. */
  readonly presence: Column;
  /** Percents, ascending. */
  readonly percentiles: readonly number[];
  /** Reviews that are unanswered and not due yet. */
  readonly pending: boolean;
  /** How reviews spread over sources. */
  readonly spread: boolean;
  /** Goals and weights. */
  readonly settings: boolean;
}

/** Columns of the rollups by their names, for what works with them here. */
export const REVIEWS: Column = { sql: 't.reviews', by: 'sum' };

const PRESENCE: Readonly<Record<MetricSubject, Column>> = {
  REVIEWS,
  SURVEYS: { sql: 't.sent + t.started + t.answers', by: 'sum' },
  CUSTOMERS: { sql: 't.churned', by: 'sum' },
};

/** What the reputation score is made of, beside the spread. */
export const REPUTATION = {
  rated: { sql: 't.rated', by: 'sum' },
  scoreSum: { sql: 't.score_sum', by: 'sum' },
  responded: { sql: 't.responded', by: 'sum' },
  inTime: { sql: 't.in_time', by: 'sum' },
  /** In days since 1970-01-01. */
  latest: { sql: `case when t.reviews > 0 then t.starts - date '1970-01-01' end`, by: 'max' },
} as const satisfies Readonly<Record<string, Column>>;

export function needsOf({ measures, dimensions, subject }: CheckedQuery): Needs {
  const columns = new Map<string, Column>();
  const add = (...needed: readonly Column[]) => {
    for (const column of needed) columns.set(column.sql, column);
  };
  // Whether there is anything of a value of a dimension.
  const presence = PRESENCE[subject];
  if (dimensions.length > 0) add(presence);
  for (const measure of measures) add(...columnsOf(measure));
  const kinds = new Set(measures.map(({ computed }) => computed.kind));
  const percents = measures.flatMap(({ computed }) =>
    computed.kind === 'percentile' ? [computed.percent] : [],
  );
  return {
    columns: [...columns.values()],
    presence,
    percentiles: [...new Set(percents)].sort((a, b) => a - b),
    pending: kinds.has('slaHitRate'),
    spread: kinds.has('reputation'),
    settings: kinds.has('goal') || kinds.has('reputation'),
  };
}

function columnsOf({ computed }: Measure): Column[] {
  const sums = (...of: { readonly sql: string }[]): Column[] =>
    of.map(({ sql }) => ({ sql, by: 'sum' }));
  switch (computed.kind) {
    case 'count':
      return sums(computed.numerator, computed.of);
    case 'quotient':
    case 'goal':
      return sums(computed.numerator, computed.denominator);
    case 'slaHitRate':
      return sums(computed.numerator, computed.reviews);
    case 'percentile':
      return sums(computed.of);
    case 'nps':
      return sums(
        computed.segments.promoters,
        computed.segments.passives,
        computed.segments.detractors,
      );
    case 'reputation':
      return [...sums(computed.of), ...Object.values(REPUTATION)];
  }
}
