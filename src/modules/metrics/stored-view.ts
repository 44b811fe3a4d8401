import type { Granularity } from './granularity.ts';
import { type DateValue, dayOf, textOfDay } from './local-days.ts';
import type { MetricDimension } from './dimensions.ts';
import type { MeasureName } from './measures.ts';
import type { MetricFilter, MetricQuery, RollingRange } from './metric-query.input.ts';

/** A hint for whoever draws a view. */
export const Visualisation = {
  NUMBER: 'NUMBER',
  LINE: 'LINE',
  BAR: 'BAR',
  TABLE: 'TABLE',
  RANKING: 'RANKING',
} as const;
export type Visualisation = keyof typeof Visualisation;

/** What a measure shall be, over the whole range of a view; one of the bounds is set. */
export interface StoredGoal {
  readonly measure: MeasureName;
  readonly atLeast: number | null;
  readonly atMost: number | null;
}

/** A query as it is kept: nothing left out, days as text. It is a MetricQuery, too. */
export interface StoredQuery extends MetricQuery {
  measures: MeasureName[];
  dimensions: MetricDimension[];
  filter: MetricFilter | null;
  range: {
    from: string | null;
    to: string | null;
    last: RollingRange | null;
    current: Granularity | null;
  };
  granularity: Granularity | null;
  compare: boolean;
}

/** @param query has been checked */
export function storedQuery(query: MetricQuery): StoredQuery {
  const { measures, dimensions, filter, range, granularity, compare } = query;
  return {
    measures: [...measures],
    dimensions: [...(dimensions ?? [])],
    filter: filter == null ? null : { ...filter },
    range: {
      from: dayText(range.from),
      to: dayText(range.to),
      last: range.last == null ? null : { count: range.last.count, unit: range.last.unit },
      current: range.current ?? null,
    },
    granularity: granularity ?? null,
    compare: compare === true,
  };
}

function dayText(value: DateValue | null | undefined): string | null {
  if (value == null) return null;
  const day = dayOf(value);
  return day === null ? null : textOfDay(day);
}

/** The question that a view's goals are measured by: the same reviews, as one number for each measure. */
export function goalQuery(query: MetricQuery, goals: readonly StoredGoal[]): MetricQuery {
  return {
    measures: [...new Set(goals.map(({ measure }) => measure))],
    dimensions: [],
    filter: query.filter ?? null,
    range: query.range,
    granularity: null,
    compare: false,
  };
}
