import { BUCKETS, type Granularity } from './granularity.ts';
import { textOfDay } from './local-days.ts';
import type { Period } from './range.ts';

/** The buckets of a period, in order; one that is not whole at its ends, or the whole without a granularity. */
export class Timeline {
  readonly length: number;
  readonly #period: Period;
  readonly #granularity: Granularity | null;
  /** The number of the first bucket. */
  readonly #first: number;

  constructor(period: Period, granularity: Granularity | null) {
    this.#period = period;
    this.#granularity = granularity;
    if (granularity === null) {
      this.#first = 0;
      this.length = 1;
    } else {
      const { numberOf } = BUCKETS[granularity];
      this.#first = numberOf(period.from);
      this.length = numberOf(period.to) - this.#first + 1;
    }
  }

  /** The first day of a bucket, which may lie before the period. */
  textAt(index: number): string | null {
    if (this.#granularity === null) return null;
    return textOfDay(BUCKETS[this.#granularity].firstDayOf(this.#first + index));
  }

  /** The days of a bucket that lie in the period. */
  periodAt(index: number): Period {
    const { from, to } = this.#period;
    if (this.#granularity === null) return this.#period;
    const { firstDayOf } = BUCKETS[this.#granularity];
    return {
      from: Math.max(from, firstDayOf(this.#first + index)),
      to: Math.min(to, firstDayOf(this.#first + index + 1) - 1),
    };
  }
}
