import type { Socket } from 'node:net';
import { prepareValue } from 'pg/lib/utils.js';
import { type Column, columnsOf, type NamedStatement, rowOf } from './named-statement.ts';
import type { StatementResult } from './unit-transaction.ts';
import type { ResultParser } from './values.ts';

/** What pg calls a connection, as far as it is needed here. */
interface Connection {
  readonly stream: Pick<Socket, 'cork' | 'uncork'>;
  parse(statement: { name: string; text: string; types: readonly number[] }): void;
  describe(what: { type: 'S'; name: string }): void;
  close(what: { type: 'S'; name: string }): void;
  bind(portal: {
    portal: string;
    statement: string;
    values: readonly unknown[];
    binary: boolean;
  }): void;
  execute(portal: { portal: string; rows: number }): void;
  sync(): void;
}

/** With the tag that PostgreSQL ended it by, such as COMMIT. */
export interface BatchResult extends StatementResult {
  readonly command: string;
}

type Columns = readonly Column[];

/** What each connection has prepared, by name, and the columns of its rows. */
const preparedAt = new WeakMap<Connection, Map<string, Columns>>();

/**
 * Several statements in one packet with one point of synchronisation, so that they are one round
 * trip: PostgreSQL runs them one after the other, and skips what follows one that fails. What is
 * prepared is described once for each connection, and not with each execution.
 *
 * It is what pg calls a submittable, as pg-cursor's is.
 */
export class StatementBatch {
  readonly results: Promise<readonly BatchResult[]>;
  readonly #statements: readonly NamedStatement[];
  readonly #parserOf: (oid: number) => ResultParser;
  readonly #completed: BatchResult[] = [];
  #prepared!: Map<string, Columns>;
  /** Of the statement whose turn it is; undefined while it was not asked for yet. */
  #columns: Columns | undefined;
  #rows: object[] = [];
  #unreadable: Error | null = null;
  #settle!: (error: Error | null) => void;

  constructor(statements: readonly NamedStatement[], parserOf: (oid: number) => ResultParser) {
    // Here, where a value that cannot be sent throws before anything was sent: a connection that is
    // left in the middle of a message would never answer again.
    this.#statements = statements.map((statement) => ({
      ...statement,
      values: statement.values.map(prepareValue),
    }));
    this.#parserOf = parserOf;
    this.results = new Promise((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve(this.#completed));
    });
  }

  /** Called by pg when it is this batch's turn. */
  submit(connection: Connection): Error | null {
    const prepared = preparedAt.get(connection) ?? new Map<string, Columns>();
    preparedAt.set(connection, prepared);
    this.#prepared = prepared;
    connection.stream.cork();
    try {
      for (const { name, text, values } of this.#statements) {
        if (!prepared.has(name)) {
          // A batch that failed may have got as far as preparing it: closing what is not there is no error.
          if (name !== '') connection.close({ type: 'S', name });
          connection.parse({ name, text, types: [] });
          connection.describe({ type: 'S', name });
        }
        connection.bind({ portal: '', statement: name, values, binary: false });
        connection.execute({ portal: '', rows: 0 });
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
    return null;
  }

  handleRowDescription({
    fields,
  }: {
    fields: readonly { name: string; dataTypeID: number }[];
  }): void {
    this.#columns = columnsOf(fields, this.#parserOf);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const columns = (this.#columns ??= this.#prepared.get(this.#name()) ?? []);
    try {
      this.#rows.push(rowOf(columns, fields));
    } catch (error) {
      this.#unreadable = error as Error;
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    const name = this.#name();
    if (name !== '' && !this.#prepared.has(name)) this.#prepared.set(name, this.#columns ?? []);
    const [command = '', ...numbers] = text.split(' ');
    const affectedRows =
      command === 'SELECT' || numbers.length === 0 ? undefined : Number(numbers.at(-1));
    this.#completed.push({ command, affectedRows, rows: this.#rows });
    this.#columns = undefined;
    this.#rows = [];
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleReadyForQuery(): void {
    this.#settle(this.#unreadable);
  }

  handleError(error: Error): void {
    this.#settle(error);
  }

  #name(): string {
    return this.#statements[this.#completed.length]?.name ?? '';
  }
}
