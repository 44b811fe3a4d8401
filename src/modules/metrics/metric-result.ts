import type { MetricDimension } from './dimensions.ts';
import type { Evaluator, Facts } from './evaluate.ts';
import type { NpsSegments } from './evaluate-nps.ts';
import type { Day } from './local-days.ts';
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
  /** The day that it was then at the organization. */
  readonly today: Day;
}

export class MetricRowData {
  readonly dimensions: readonly DimensionValueData[];
  /** In the order of the query's measures. */
  readonly values: readonly MetricValueData[];
  readonly context: ResultContext;
  readonly #timeline: Timeline;
  readonly #index: number;

  constructor(
    dimensions: readonly DimensionValueData[],
    values: readonly MetricValueData[],
    context: ResultContext,
    timeline: Timeline,
    index: number,
  ) {
    this.dimensions = dimensions;
    this.values = values;
    this.context = context;
    this.#timeline = timeline;
    this.#index = index;
  }

  /** The first day of the bucket; null without a granularity. */
  get bucket(): string | null {
    return this.#timeline.textAt(this.#index);
  }

  /** The days of the range that it is over. */
  get period(): Period {
    return this.#timeline.periodAt(this.#index);
  }

  get lastDay(): Day {
    return Math.min(this.period.to, this.context.today);
  }
}

/** Worked out when it is asked for: most of it seldom is. */
export class MetricValueData {
  readonly row: MetricRowData;
  readonly declaration: Measure<MeasureName>;
  readonly previous: number | null;
  readonly #evaluator: Evaluator;
  readonly #facts: Facts;

  constructor(
    row: MetricRowData,
    declaration: Measure<MeasureName>,
    evaluator: Evaluator,
    facts: Facts,
    previous: number | null,
  ) {
    this.row = row;
    this.declaration = declaration;
    this.previous = previous;
    this.#evaluator = evaluator;
    this.#facts = facts;
  }

  get measure(): MeasureName {
    return this.declaration.name;
  }

  get value(): number | null {
    return this.#evaluator.value(this.#facts, this.row);
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
