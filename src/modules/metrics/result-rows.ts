import { assertFits, bucketCount, type CheckedQuery } from './check-query.ts';
import type { Evaluate, Facts } from './evaluate.ts';
import type { Labelled } from './labels.ts';
import type { Day } from './local-days.ts';
import {
  type DimensionValueData,
  MetricRowData,
  MetricValueData,
  type ResultContext,
} from './metric-result.ts';
import type { Series } from './series.ts';
import { Timeline } from './timeline.ts';

const NOTHING: Facts = {};

/** Writes the rows of series: a row for each bucket, whether there is anything in it or not. */
export class RowWriter {
  readonly #query: CheckedQuery;
  readonly #evaluators: readonly Evaluate[];
  readonly #label: Labelled;
  readonly #today: Day;
  readonly #range: Timeline;
  readonly #previous: Timeline | null;

  constructor(query: CheckedQuery, evaluators: readonly Evaluate[], today: Day, label: Labelled) {
    const { range, previous, granularity } = query;
    this.#query = query;
    this.#evaluators = evaluators;
    this.#label = label;
    this.#today = today;
    this.#range = new Timeline(range, granularity);
    this.#previous = previous && new Timeline(previous, granularity);
  }

  rows(series: readonly Series[], context: ResultContext): MetricRowData[] {
    const { dimensions } = this.#query;
    if (dimensions.length === 0) {
      const only = series[0] ?? { current: [], previous: [] };
      return this.#rowsOf(only, [], context);
    }
    assertFits(this.#query, series.length * bucketCount(this.#query));
    return series
      .map((each) => ({
        each,
        labelled: dimensions.map((name, index) => this.#label(name, each.keys[index] ?? null)),
      }))
      .sort((a, b) => inOrder(a.labelled, b.labelled))
      .flatMap(({ each, labelled }) => this.#rowsOf(each, labelled, context));
  }

  #rowsOf(
    { current, previous }: Pick<Series, 'current' | 'previous'>,
    dimensions: readonly DimensionValueData[],
    context: ResultContext,
  ): MetricRowData[] {
    const { measures } = this.#query;
    const before = this.#previous?.length ?? 0;
    const rows: MetricRowData[] = [];
    let index = 0;
    // Of the bucket that is worked out at the time; made once, since few measures ask.
    const lastDay = () => this.#lastDay(this.#range, index);
    for (; index < this.#range.length; index++) {
      const row = new MetricRowData(dimensions, context, this.#range, index);
      const facts = current[index] ?? NOTHING;
      for (let i = 0; i < measures.length; i++) {
        const evaluate = this.#evaluators[i] as Evaluate;
        const value = evaluate(facts, lastDay);
        const past =
          this.#previous === null || index >= before
            ? null
            : this.#pastValue(evaluate, previous[index], this.#previous, index);
        const measure = measures[i] as (typeof measures)[number];
        row.values.push(new MetricValueData(row, measure, value, past));
      }
      rows.push(row);
    }
    return rows;
  }

  #pastValue(evaluate: Evaluate, facts: Facts | undefined, timeline: Timeline, index: number) {
    return evaluate(facts ?? NOTHING, () => this.#lastDay(timeline, index)).value;
  }

  #lastDay(timeline: Timeline, index: number): Day {
    return Math.min(timeline.periodAt(index).to, this.#today);
  }
}

/** By their labels; what has no value comes last. */
function inOrder(a: readonly DimensionValueData[], b: readonly DimensionValueData[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as DimensionValueData;
    if (left.value === right.value) continue;
    if (left.value === null || right.value === null) return left.value === null ? 1 : -1;
    const first = left.order ?? left.label;
    const second = right.order ?? right.label;
    const byLabel = first < second ? -1 : Number(first > second);
    return byLabel !== 0 ? byLabel : left.value < right.value ? -1 : 1;
  }
  return 0;
}
