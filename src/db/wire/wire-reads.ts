import { setImmediate as endOfTurn } from 'node:timers/promises';
import { prepareValue } from 'pg/lib/utils.js';
import type { DatabaseLogger } from '../logger.ts';
import type { NamedStatement } from '../named-statement.ts';
import type { CellRow } from '../read/cells.ts';
import { RunningWork } from '../running-work.ts';
import { gatheredText } from './gathered-text.ts';
import type { Answer, WireConnection } from './wire-connection.ts';
import { WirePool, type WirePoolOptions } from './wire-pool.ts';

export interface WireReadsOptions extends WirePoolOptions {
  /** The name that a text is prepared by; null where there is none left. */
  readonly nameOf: (text: string) => string | null;
}

/** Somebody who waits for the answer to a statement. */
interface Asker {
  /** As they are sent. */
  readonly values: readonly unknown[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** All who ask one statement. */
interface Gathering {
  readonly name: string;
  readonly text: string;
  /** The same for several askers; null where it cannot be asked so. */
  gathered: string | null;
  readonly waiting: Asker[];
  /** How many connections ask it now, or are waited for. */
  lanes: number;
  /** What an answer has taken of late, in milliseconds; 0 before the first one. */
  duration: number;
}

/** While so many connections ask a statement, whoever comes waits, and those who wait go together. */
const LANES = 2;
const MAX_TOGETHER = 16;
/** So long may those who go together take, as far as is known. */
const MAX_TOGETHER_MS = 10;
/** What the last answer counts for in what answers take. */
const WEIGHT = 1 / 8;
/** Of the SQLSTATE codes of errors in the text of a statement. */
const TEXT_IS_WRONG = /^42/;

/**
 * Reads on a pool of connections. Whoever asks a statement alone has it sent at once and as it is. Of
 * one that is being asked already, those who wait go out as one statement: for a short answer,
 * beginning and sending it costs as much as the rest. One that takes long is never gathered, since
 * those who ask it would wait for each other.
 */
export class WireReads {
  readonly #pool: WirePool;
  readonly #nameOf: (text: string) => string | null;
  readonly #logger: DatabaseLogger;
  readonly #gatherings = new Map<string, Gathering>();
  readonly #running = new RunningWork();

  constructor({ nameOf, ...options }: WireReadsOptions) {
    this.#pool = new WirePool(options);
    this.#nameOf = nameOf;
    this.#logger = options.logger;
  }

  /** Rejects with PostgreSQL's error, or with that of the connection. @throws for a value that cannot be sent */
  ask(statement: NamedStatement): Promise<Answer> {
    if (statement.name === '') return this.#pool.run((connection) => connection.ask(statement));
    const values = statement.values.map(prepareValue);
    const gathering = this.#gatheringOf(statement);
    if (togetherIn(gathering) === 1) return this.#askAlone(gathering, values);
    return new Promise((resolve, reject) => {
      gathering.waiting.push({ values, resolve, reject });
      if (gathering.lanes < LANES) void this.#running.add(this.#serve(gathering));
    });
  }

  /** A statement within a transaction that begins with this SQL: it is asked alone. */
  askWithin(beginSql: string, statement: NamedStatement): Promise<Answer> {
    return this.#pool.run((connection) => connection.askWithin(beginSql, statement));
  }

  /** Resolves when nobody waits for an answer. */
  async settle(): Promise<void> {
    await this.#running.settle();
    await this.#pool.settle();
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #gatheringOf({ name, text }: NamedStatement): Gathering {
    let gathering = this.#gatherings.get(name);
    if (gathering === undefined) {
      const gathered = gatheredText(text);
      gathering = { name, text, gathered, waiting: [], lanes: 0, duration: 0 };
      this.#gatherings.set(name, gathering);
    }
    return gathering;
  }

  /** Takes its turn among all reads, by itself. */
  #askAlone(gathering: Gathering, values: readonly unknown[]): Promise<Answer> {
    const { name, text } = gathering;
    return this.#pool.run((connection) =>
      timed(gathering, 1, () => connection.ask({ name, text, values })),
    );
  }

  /** Answers until nobody waits. Errors are told to those who asked. */
  async #serve(gathering: Gathering): Promise<void> {
    gathering.lanes++;
    for (;;) {
      // Requests that came with one look at the sockets ask in one turn of the event loop.
      await endOfTurn();
      if (gathering.waiting.length === 0) break;
      try {
        // Who goes together is decided when there is a connection: more may have come by then.
        await this.#pool.run((connection) => this.#answerNext(gathering, connection));
      } catch (error) {
        for (const { reject } of takeNext(gathering)) reject(error);
      }
    }
    gathering.lanes--;
  }

  async #answerNext(gathering: Gathering, connection: WireConnection): Promise<void> {
    const askers = takeNext(gathering);
    if (askers.length === 0) return;
    await timed(gathering, askers.length, () =>
      askers.length > 1
        ? this.#answerTogether(gathering, askers, connection)
        : answerEach(gathering, askers, connection),
    );
  }

  async #answerTogether(
    gathering: Gathering,
    askers: readonly Asker[],
    connection: WireConnection,
  ): Promise<void> {
    const text = gathering.gathered as string;
    const name = this.#nameOf(text) ?? '';
    const values = columnsOfValues(askers);
    try {
      const answer = await connection.ask({ name, text, values });
      tellEach(askers, answer);
    } catch (error) {
      if (TEXT_IS_WRONG.test((error as { code?: string }).code ?? '')) {
        this.#logger.warn({ err: error, sql: gathering.text }, 'a read cannot be gathered');
        gathering.gathered = null;
      }
      // The fault may be of one of them: by itself, each learns what concerns it.
      await answerEach(gathering, askers, connection);
    }
  }
}

/** How many may go together. */
function togetherIn({ gathered, duration }: Gathering): number {
  if (gathered === null) return 1;
  return Math.min(MAX_TOGETHER, Math.max(1, Math.floor(MAX_TOGETHER_MS / duration)));
}

/** One of a statement of which it is not known what it takes. */
function takeNext(gathering: Gathering): Asker[] {
  return gathering.waiting.splice(0, gathering.duration === 0 ? 1 : togetherIn(gathering));
}

/** Notes what each of so many answers takes. */
async function timed<T>(gathering: Gathering, count: number, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    const each = (performance.now() - started) / count;
    const known = gathering.duration || each;
    gathering.duration = known + WEIGHT * (each - known);
  }
}

/** One after the other: the first of them may have to prepare the statement. */
async function answerEach(
  { name, text }: Gathering,
  askers: readonly Asker[],
  connection: WireConnection,
): Promise<void> {
  for (const { values, resolve, reject } of askers) {
    await connection.ask({ name, text, values }).then(resolve, reject);
  }
}

/** Each parameter's values of all askers, as arrays are sent. */
function columnsOfValues(askers: readonly Asker[]): unknown[] {
  const [first] = askers as [Asker];
  return first.values.map((_value, i) => prepareValue(askers.map(({ values }) => values[i])));
}

/** To each asker the rows with its number, which is their last cell. */
function tellEach(askers: readonly Asker[], { rows, columns }: Answer): void {
  const own: CellRow[][] = askers.map(() => []);
  for (const row of rows) own[Number(row.at(-1)) - 1]?.push(row);
  const ownColumns = columns.slice(0, -1);
  askers.forEach(({ resolve }, i) => resolve({ rows: own[i] as CellRow[], columns: ownColumns }));
}
