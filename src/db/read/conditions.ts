/** Collects the values of one statement. `$1` is the organization, so the first value bound is `$2`. */
export class Bindings {
  readonly values: unknown[] = [];

  /** Binds a value and gives its placeholder. */
  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length + 1}`;
  }

  /** `= $n` for one value, so that an index on it also gives the order; `= any($n)` for more. */
  oneOf(values: readonly unknown[], type: string): string {
    return values.length === 1
      ? `= ${this.bind(values[0])}::${type}`
      : `= any(${this.bind(values)}::${type}[])`;
  }
}

/** Conditions over a noun's alias, joined by `and`; they bind their values as they are written. */
export type Condition = (bindings: Bindings) => readonly string[];
