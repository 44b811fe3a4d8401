import type { InTurn } from '../../graphql/plan/in-turn.ts';
import type { MetricDimension } from './dimensions.ts';
import type { Evaluator, Facts } from './evaluate.ts';
import type { NpsSegments } from './evaluate-nps.ts';
import type { Day } from './local-days.ts';
import type { Measure } from './measure.ts';
import type { MeasureName } from './measures.ts';
import type { MetricFilter } from './metric-query.input.ts';
import type { Period } from './range.ts';
import type { ComponentData } from './reputation.ts';
import type { Series } from './series.ts';
import type { Timeline } from './timeline.ts';

/** What a query is answered with. */
export interface MetricResultData {
  /** The time at which it is true. */
  readonly asOf: Date;
  /** The place in the feed at which it is true: read in one snapshot with the numbers. */
  readonly feedPosition: string;
  /** Those of one value of the dimensions stand together, in the order of time. */
  readonly rows: InTurn<MetricRowData>;
}

export interface DimensionValueData {
  readonly dimension: MetricDimension;
  /** A global id for LOCATION and GROUP; null for none. */
  readonly value: string | null;
  readonly label: string;
  /** By what rows are in order, where the label does not sort. */
  readonly order?: string;
}

/** What all rows of an answer have in common: what the reviews behind them are found by. */
export interface ResultContext {
  readonly filter: MetricFilter;
  /** The global id of the location that it is asked of; null: of all. */
  readonly locationId: string | null;
  readonly asOf: Date;
  /** The day that it was then at the organization. */
  readonly today: Day;
}

/** What all rows of a series have in common. */
export interface RowsOf extends Pick<Series, 'current' | 'previous'> {
  readonly dimensions: readonly DimensionValueData[];
  readonly measures: readonly Measure<MeasureName>[];
  /** Of the measures, in their order. */
  readonly evaluators: readonly Evaluator[];
  readonly range: Timeline;
  /** The buckets of the period before; null where there is none. */
  readonly before: Timeline | null;
  readonly context: ResultContext;
}

/** The rows of series, one after the other, which have as many each. */
export class MetricRows implements InTurn<MetricRowData> {
  readonly length: number;
  readonly #series: readonly RowsOf[];
  readonly #rowsOfSeries: number;
  #row: MetricRowData | null = null;

  constructor(series: readonly RowsOf[], rowsOfSeries: number) {
    this.length = series.length * rowsOfSeries;
    this.#series = series;
    this.#rowsOfSeries = rowsOfSeries;
  }

  *[Symbol.iterator](): Iterator<MetricRowData> {
    for (let index = 0; index < this.length; index++) {
      yield new MetricRowData(this.#seriesAt(index), index % this.#rowsOfSeries);
    }
  }

  inTurn(index: number): MetricRowData {
    const series = this.#seriesAt(index);
    const row = index % this.#rowsOfSeries;
    if (this.#row === null) return (this.#row = new MetricRowData(series, row));
    this.#row.become(series, row);
    return this.#row;
  }

  #seriesAt(index: number): RowsOf {
    return this.#series[Math.floor(index / this.#rowsOfSeries)] as RowsOf;
  }
}

export class MetricRowData {
  #of: RowsOf;
  #index: number;
  #values: readonly MetricValueData[] | null = null;

  constructor(of: RowsOf, index: number) {
    this.#of = of;
    this.#index = index;
  }

  /** Becomes another row of the same query, and its values with it. */
  become(of: RowsOf, index: number): void {
    this.#of = of;
    this.#index = index;
  }

  get of(): RowsOf {
    return this.#of;
  }

  get index(): number {
    return this.#index;
  }

  get dimensions(): readonly DimensionValueData[] {
    return this.of.dimensions;
  }

  /** In the order of the query's measures. */
  get values(): readonly MetricValueData[] {
    return (this.#values ??= this.of.measures.map((_, index) => new MetricValueData(this, index)));
  }

  get context(): ResultContext {
    return this.of.context;
  }

  /** The first day of the bucket; null without a granularity. */
  get bucket(): string | null {
    return this.of.range.textAt(this.index);
  }

  /** The days of the range that it is over. */
  get period(): Period {
    return this.of.range.periodAt(this.index);
  }

  get lastDay(): Day {
    return lastDayOf(this.period, this.of.context);
  }
}

function lastDayOf({ to }: Period, { today }: ResultContext): Day {
  return Math.min(to, today);
}

/** Worked out when it is asked for: most of it seldom is. */
export class MetricValueData {
  readonly row: MetricRowData;
  /** Which of the query's measures. */
  readonly #index: number;

  constructor(row: MetricRowData, index: number) {
    this.row = row;
    this.#index = index;
  }

  get declaration(): Measure<MeasureName> {
    return this.row.of.measures[this.#index] as Measure<MeasureName>;
  }

  get #evaluator(): Evaluator {
    return this.row.of.evaluators[this.#index] as Evaluator;
  }

  /** Of this moment: see {@link Buckets.at}. */
  get #facts(): Facts {
    return this.row.of.current.at(this.row.index);
  }

  get measure(): MeasureName {
    return this.declaration.name;
  }

  get value(): number | null {
    return this.#evaluator.value(this.#facts, this.row);
  }

  /** Null without a period before, and where that has fewer buckets. */
  get previous(): number | null {
    const { index, of } = this.row;
    const { before, previous, context } = of;
    if (before === null || index >= before.length) return null;
    const lastDay = lastDayOf(before.periodAt(index), context);
    return this.#evaluator.value(previous.at(index), { lastDay });
  }

  get n(): number {
    return this.#evaluator.n(this.#facts);
  }

  get formula(): string {
    return this.declaration.formula;
  }

  get numerator(): number | null {
    return this.#evaluator.numerator(this.#facts);
  }

  get denominator(): number | null {
    return this.#evaluator.denominator(this.#facts);
  }

  get components(): readonly ComponentData[] | null {
    return this.#evaluator.components(this.#facts, this.row);
  }

  get npsSegments(): NpsSegments | null {
    return this.#evaluator.npsSegments?.(this.#facts) ?? null;
  }
}
