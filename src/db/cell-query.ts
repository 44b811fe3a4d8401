import type { Socket } from 'node:net';
import { prepareValue } from 'pg/lib/utils.js';
import type { CellRow } from './read/cells.ts';

/** What pg calls a connection, as far as it is needed here. */
interface Connection {
  readonly stream: Pick<Socket, 'cork' | 'uncork'>;
  readonly parsedStatements: Record<string, string>;
  readonly submittedNamedStatements: Record<string, string>;
  parse(statement: { name: string; text: string; types: readonly number[] }): void;
  bind(portal: {
    portal: string;
    statement: string;
    values: readonly unknown[];
    binary: boolean;
  }): void;
  execute(portal: { portal: string; rows: number }): void;
  sync(): void;
}

/**
 * A prepared statement whose rows stay the text that came. Unlike pg's own query it does not ask for
 * a description of the rows each time: whoever wrote the statement knows what they are, and a
 * description is a message for PostgreSQL to make and for us to read, as long as some rows.
 *
 * It is what pg calls a submittable, as pg-cursor's is.
 */
export class CellQuery {
  readonly name: string;
  readonly text: string;
  readonly rows: Promise<readonly CellRow[]>;
  readonly #values: readonly unknown[];
  readonly #received: CellRow[] = [];
  #settle!: (error: Error | null) => void;

  constructor(name: string, text: string, values: readonly unknown[]) {
    this.name = name;
    this.text = text;
    // Here, where a value that cannot be sent throws before anything was sent: a connection that is
    // left in the middle of a message would never answer again.
    this.#values = values.map(prepareValue);
    this.rows = new Promise((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve(this.#received));
    });
  }

  /** Called by pg when it is this statement's turn. */
  submit(connection: Connection): Error | null {
    const { stream, parsedStatements, submittedNamedStatements } = connection;
    const { name, text } = this;
    const isKnown = parsedStatements[name] ?? submittedNamedStatements[name];
    // One packet for all messages.
    stream.cork();
    try {
      if (isKnown === undefined) {
        connection.parse({ name, text, types: [] });
        if (name !== '') submittedNamedStatements[name] = text;
      }
      connection.bind({
        portal: '',
        statement: name,
        values: this.#values,
        binary: false,
      });
      connection.execute({ portal: '', rows: 0 });
      connection.sync();
    } finally {
      stream.uncork();
    }
    return null;
  }

  handleDataRow({ fields }: { fields: CellRow }): void {
    this.#received.push(fields);
  }

  handleReadyForQuery(): void {
    this.#settle(null);
  }

  handleError(error: Error): void {
    this.#settle(error);
  }

  handleRowDescription(): void {
    // Nobody asked.
  }

  handleCommandComplete(): void {
    // The rows are whole when the connection is ready again.
  }

  handleEmptyQuery(): void {
    // Then there are no rows.
  }
}
