import type { MetricDimension } from './dimensions.ts';
import type { Evaluated } from './evaluate.ts';
import type { NpsSegments } from './evaluate-nps.ts';
import type { Measure } from './measure.ts';
import type { MeasureName } from './measures.ts';
import type { MetricFilter } from './metric-query.input.ts';
import type { Period } from './range.ts';
import type { ComponentData } from './reputation.ts';
import type { Timeline } from './timeline.ts';

/** What a query is answered with. */
export interface MetricResultData {
  /** The time at which it is true. */
  readonly asOf: Date;
  /** The place in the feed at which it is true: read in one snapshot with the numbers. */
  readonly feedPosition: string;
  /** Those of one value of the dimensions stand together, in the order of time. */
  readonly rows: readonly MetricRowData[];
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
}

export class MetricRowData {
  /** The first day of the bucket; null without a granularity. */
  readonly bucket: string | null;
  readonly dimensions: readonly DimensionValueData[];
  /** In the order of the query's measures. */
  readonly values: MetricValueData[] = [];
  readonly context: ResultContext;
  readonly #timeline: Timeline;
  readonly #index: number;

  constructor(
    dimensions: readonly DimensionValueData[],
    context: ResultContext,
    timeline: Timeline,
    index: number,
  ) {
    this.bucket = timeline.textAt(index);
    this.dimensions = dimensions;
    this.context = context;
    this.#timeline = timeline;
    this.#index = index;
  }

  /** The days of the range that it is over. */
  get period(): Period {
    return this.#timeline.periodAt(this.#index);
  }
}

/** Most of it is seldom asked for, and made when it is. */
export class MetricValueData {
  readonly row: MetricRowData;
  readonly declaration: Measure<MeasureName>;
  readonly previous: number | null;
  readonly #evaluated: Evaluated;

  constructor(
    row: MetricRowData,
    declaration: Measure<MeasureName>,
    evaluated: Evaluated,
    previous: number | null,
  ) {
    this.row = row;
    this.declaration = declaration;
    this.previous = previous;
    this.#evaluated = evaluated;
  }

  get measure(): MeasureName {
    return this.declaration.name;
  }

  get value(): number | null {
    return this.#evaluated.value;
  }

  get n(): number {
    return this.#evaluated.n;
  }

  get formula(): string {
    return this.declaration.formula;
  }

  get numerator(): number | null {
    return this.#evaluated.numerator;
  }

  get denominator(): number | null {
    return this.#evaluated.denominator;
  }

  get components(): readonly ComponentData[] | null {
    return this.#evaluated.components;
  }

  get npsSegments(): NpsSegments | null {
    return this.#evaluated.npsSegments ?? null;
  }
}
