import { Facts } from './evaluate.ts';

const NOTHING = new Facts();

/** What was read for each bucket of a period. */
export class Buckets {
  readonly #facts: (Facts | undefined)[] = [];
  #counts: ArrayLike<number> | null = null;
  #width = 0;
  readonly #view = new Facts();

  /** The counts of all buckets, one behind the other: to note them bucket by bucket would take longer than to read them. */
  noteCounts(counts: ArrayLike<number>, width: number): void {
    this.#counts = counts;
    this.#width = width;
  }

  /** The facts of a bucket, for what is to be noted in them. */
  noted(index: number): Facts {
    return (this.#facts[index] ??= new Facts());
  }

  /** The facts of a bucket, until the next one is asked for: there are as many objects as are noted, and one. */
  at(index: number): Facts {
    const noted = this.#facts[index];
    if (this.#counts === null) return noted ?? NOTHING;
    const facts = noted ?? this.#view;
    facts.counts = this.#counts;
    facts.first = index * this.#width;
    return facts;
  }

  /** Of those that were noted one by one. */
  some(test: (facts: Facts) => boolean): boolean {
    return this.#facts.some((facts) => facts !== undefined && test(facts));
  }
}
