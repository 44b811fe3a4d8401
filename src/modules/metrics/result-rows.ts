import { Buckets } from './buckets.ts';
import { assertFits, bucketCount, type CheckedQuery } from './check-query.ts';
import type { Evaluator } from './evaluate.ts';
import type { Labelled } from './labels.ts';
import {
  type DimensionValueData,
  MetricRows,
  type ResultContext,
  type RowsOf,
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
  readonly #before: Timeline | null;

  constructor(query: CheckedQuery, evaluators: readonly Evaluator[], label: Labelled) {
    const { range, previous, granularity } = query;
    this.#query = query;
    this.#evaluators = evaluators;
    this.#label = label;
    this.#range = new Timeline(range, granularity);
    this.#before = previous && new Timeline(previous, granularity);
  }

  rows(series: readonly Series[], context: ResultContext): MetricRows {
    const { dimensions } = this.#query;
    if (dimensions.length === 0) {
      return new MetricRows([this.#rowsOf(series[0] ?? NONE, [], context)], this.#range.length);
    }
    assertFits(this.#query, series.length * bucketCount(this.#query));
    const rows = series
      .map((each) => ({
        each,
        labelled: dimensions.map((name, index) => this.#label(name, each.keys[index] ?? null)),
      }))
      .sort((a, b) => inOrder(a.labelled, b.labelled))
      .map(({ each, labelled }) => this.#rowsOf(each, labelled, context));
    return new MetricRows(rows, this.#range.length);
  }

  #rowsOf(
    { current, previous }: Pick<Series, 'current' | 'previous'>,
    dimensions: readonly DimensionValueData[],
    context: ResultContext,
  ): RowsOf {
    return {
      ...{ current, previous, dimensions, context },
      measures: this.#query.measures,
      evaluators: this.#evaluators,
      range: this.#range,
      before: this.#before,
    };
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
