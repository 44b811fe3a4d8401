import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one request of an operation costs, in things that can be counted. */
export interface Cost {
  readonly statements: number;
  /** Rows that come from the database. */
  readonly rows: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** Bytes of JavaScript heap, by a server without optimising compilers (measured-server.ts). */
  readonly allocated: number;
}

/** How far a figure may be from what is expected, in both directions: cheaper is a change, too. */
const TOLERANCES: Readonly<Record<keyof Cost, number>> = {
  statements: 0,
  rows: 0,
  bytes: 0.02,
  allocated: 0.1,
};

const FILE = join(import.meta.dirname, 'costs.json');
const ACCEPT =
  'If that is meant: `ACCEPT_COSTS=1 TEST_DATABASE_URL=postgres://… npm test -- test/performance` ' +
  'writes test/performance/costs.json anew; look at the difference and commit it.';

type Costs = Record<string, Cost>;

/** The costs that are expected, and those of this run. */
export class ExpectedCosts {
  readonly #expected = JSON.parse(readFileSync(FILE, 'utf8')) as Costs;
  readonly #isAccepting = process.env['ACCEPT_COSTS'] !== undefined;

  /** @throws Error that says what has changed and by how much, and how to accept it */
  check(name: string, measured: Partial<Cost>): void {
    if (this.#isAccepting) {
      this.#expected[name] = { ...this.#expected[name], ...rounded(measured) } as Cost;
      return;
    }
    const expected = this.#expected[name];
    if (expected === undefined) throw new Error(`${name} has no expected costs. ${ACCEPT}`);
    const changes = Object.entries(rounded(measured)).flatMap(([figure, value]) => {
      const before = expected[figure as keyof Cost];
      const isNear = Math.abs(value - before) <= before * TOLERANCES[figure as keyof Cost];
      return isNear ? [] : [`${figure}: ${before} → ${value}`];
    });
    if (changes.length > 0) throw new Error(`${name}: ${changes.join(', ')}. ${ACCEPT}`);
  }

  /** Names that nothing was asked for. */
  unknown(names: readonly string[]): string[] {
    return Object.keys(this.#expected).filter((name) => !names.includes(name));
  }

  /** Where this run accepts what it has measured: writes it, for these names alone. */
  save(names: readonly string[]): void {
    if (!this.#isAccepting) return;
    const kept = names.flatMap((name) => {
      const cost = this.#expected[name];
      return cost === undefined ? [] : [[name, cost] as const];
    });
    writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
  }
}

/** Three digits tell a tenth of a percent, which is more than repeats. */
function rounded(cost: Partial<Cost>): Partial<Cost> {
  const { allocated, ...counted } = cost;
  return allocated === undefined
    ? counted
    : { ...counted, allocated: Number(allocated.toPrecision(3)) };
}
