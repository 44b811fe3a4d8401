import { IANAZone } from 'luxon';
import type { Brand } from './brands.ts';
import type { Random } from './random.ts';

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How much more is written at the end of the period than at its beginning. */
const GROWTH = 0.35;

/** Says when reviews of a brand are written: more on some weekdays and in some months than others. */
export class Calendar {
  readonly #brand: Brand;
  readonly #nowMs: number;
  readonly #days: number;
  /** Summed weights of the days, the latest day first. */
  readonly #sums: Float64Array;

  /** @param days how far back it goes from `now` */
  constructor(brand: Brand, now: Date, days: number) {
    this.#brand = brand;
    this.#nowMs = now.getTime();
    this.#days = days;
    this.#sums = new Float64Array(days);
    let sum = 0;
    for (let ago = 0; ago < days; ago++) {
      sum += this.#weightOf(ago);
      this.#sums[ago] = sum;
    }
  }

  /** A moment before now, at a likely hour of the day there; milliseconds since 1970. */
  draw(random: Random, timeZone: string): number {
    const { peak, spread } = this.#brand.hour;
    const seconds = (peak + spread * random.normal()) * 3600;
    const secondsOfDay = Math.floor(Math.min(Math.max(seconds, 0), 86_399));
    const day = this.#nowMs - this.#drawDay(random) * DAY_MS;
    const local = Math.floor(day / DAY_MS) * DAY_MS + secondsOfDay * 1000;
    // Off by an hour within hours of a change of clocks, which nobody sees.
    const time = local - IANAZone.create(timeZone).offset(local) * MINUTE_MS;
    // It is still morning, or that day has not begun there.
    return time < this.#nowMs ? time : time - 2 * DAY_MS;
  }

  #weightOf(ago: number): number {
    const day = new Date(this.#nowMs - ago * DAY_MS);
    const week = this.#brand.week[(day.getUTCDay() + 6) % 7]!;
    const year = this.#brand.year[day.getUTCMonth()]!;
    return week * year * (1 + GROWTH * (1 - ago / this.#days));
  }

  #drawDay(random: Random): number {
    const target = random.unit() * this.#sums[this.#days - 1]!;
    let low = 0;
    let high = this.#days - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
