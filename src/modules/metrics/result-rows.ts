import { Buckets } from './buckets.ts';
import { assertFits, bucketCount, type CheckedQuery } from './check-query.ts';
import type { Evaluator } from './evaluate.ts';
import type { Labelled } from './labels.ts';
import {
  type DimensionValueData,
  MetricRowData,
  MetricValueData,
  type ResultContext,
} from './metric-result.ts';
import type { Series } from './series.ts';
import { Timeline } from './timeline.ts';

const NONE = { current: new Buckets(), previous: new Buckets() };

/** Writes the rows of series: a row for each bucket, whether there is anything in it or not. */
export class RowWriter {
  readonly #query: CheckedQuery;
  readonly #evaluators: readonly Evaluator[];
  readonly #label: Labelled;
  readonly #range: Timeline;
  readonly #previous: Timeline | null;

  constructor(query: CheckedQuery, evaluators: readonly Evaluator[], label: Labelled) {
    const { range, previous, granularity } = query;
    this.#query = query;
    this.#evaluators = evaluators;
    this.#label = label;
    this.#range = new Timeline(range, granularity);
    this.#previous = previous && new Timeline(previous, granularity);
  }

  rows(series: readonly Series[], context: ResultContext): MetricRowData[] {
    const { dimensions } = this.#query;
    if (dimensions.length === 0) {
      return this.#rowsOf(series[0] ?? NONE, [], context);
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
    // Arrays of their length: one that grows takes room for seventeen items with the first.
    const rows = new Array<MetricRowData>(this.#range.length);
    for (let index = 0; index < rows.length; index++) {
      const values = new Array<MetricValueData>(measures.length);
      const row = new MetricRowData(dimensions, values, context, this.#range, index);
      const facts = current.at(index);
      for (let i = 0; i < measures.length; i++) {
        const evaluator = this.#evaluators[i] as Evaluator;
        const past = this.#pastValue(evaluator, previous, context, index);
        const measure = measures[i] as (typeof measures)[number];
        values[i] = new MetricValueData(row, measure, evaluator, facts, past);
      }
      rows[index] = row;
    }
    return rows;
  }

  /** Null without a period before, and where that has fewer buckets. */
  #pastValue(
    evaluator: Evaluator,
    previous: Buckets,
    context: ResultContext,
    index: number,
  ): number | null {
    const timeline = this.#previous;
    if (timeline === null || index >= timeline.length) return null;
    const row = new MetricRowData([], [], context, timeline, index);
    return evaluator.value(previous.at(index), row);
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
