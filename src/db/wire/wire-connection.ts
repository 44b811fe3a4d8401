import type { Socket } from 'node:net';
import pg from 'pg';
import { parse, serialize } from 'pg-protocol';
import { prepareValue } from 'pg/lib/utils.js';
import { type Column, columnsOf, type NamedStatement } from '../named-statement.ts';
import type { CellRow } from '../read/cells.ts';
import { textOf, type Utf8 } from '../read/utf8.ts';
import type { ResultParser } from '../values.ts';
import { cellsOf } from './cells-of.ts';

/** What a statement gave. */
export interface Answer {
  readonly rows: readonly CellRow[];
  /** Of a statement without rows, none. */
  readonly columns: readonly Column[];
}

/** What is to be sent for one answer, and the columns where they are known. */
interface Encoded {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly bytes: Buffer;
}

/** A statement that was sent, and what has come of it so far. */
interface Asked {
  readonly name: string;
  readonly rows: CellRow[];
  columns: readonly Column[];
  error: Error | null;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const DATA_ROW = 68;
const READY_FOR_QUERY = 90;
const NO_DATA = 110;
/** ParseComplete, BindComplete, CommandComplete, EmptyQuery and ParameterDescription. */
const SAYS_NOTHING: ReadonlySet<number> = new Set([49, 50, 67, 73, 116]);

const HEADER_BYTES = 5;
const END_TIMEOUT_MS = 1_000;

/**
 * A connection to PostgreSQL that reads: prepared statements whose rows stay the text that came.
 *
 * pg makes the connection (addresses, TLS, passwords). From then on the messages are ours, since a
 * query of pg costs as much as the rest of a short answer: it asks for a description of the rows each
 * time, writes each message by itself, and decodes each cell by itself. Here a statement is described
 * when it is prepared, goes out as one piece, and {@link cellsOf} reads a row at once. What comes
 * seldom (errors, descriptions, notices) is still read by pg's own parser.
 *
 * Statements may be sent before those before them are answered. One that fails does not touch the others.
 */
export class WireConnection {
  readonly #client: pg.Client;
  #stream!: Socket;
  readonly #parserOf: (oid: number) => ResultParser;
  readonly #prepared = new Map<string, readonly Column[]>();
  readonly #asked: Asked[] = [];
  readonly #others: (message: Buffer) => void;
  /** The beginning of a message whose end has not come. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  #neededBytes = 0;
  #failure: Error | null = null;
  #isEnding = false;

  private constructor(client: pg.Client, parserOf: (oid: number) => ResultParser) {
    this.#client = client;
    this.#parserOf = parserOf;
    this.#others = this.#readerOfOthers();
  }

  /**
   * @param sql what the session begins with
   * @param onEnd called once when it has ended, with the error where that was not meant
   */
  static async open(
    config: pg.ClientConfig,
    {
      sql,
      parserOf,
      onEnd,
    }: {
      sql: string;
      parserOf: (oid: number) => ResultParser;
      onEnd: (error: Error | null) => void;
    },
  ): Promise<WireConnection> {
    const client = new pg.Client(config);
    const connection = new WireConnection(client, parserOf);
    client.on('error', (error) => connection.#fail(error));
    client.once('end', () => connection.#fail(new Error('Connection terminated')));
    try {
      await client.connect();
      await client.query(sql);
    } catch (error) {
      streamOf(client).destroy();
      throw error;
    }
    client.once('end', () => onEnd(connection.#isEnding ? null : connection.#failure));
    connection.#takeOver();
    return connection;
  }

  get isOpen(): boolean {
    return this.#failure === null;
  }

  #takeOver(): void {
    // With TLS, it is another one than before connecting.
    this.#stream = streamOf(this.#client);
    this.#stream.removeAllListeners('data');
    this.#stream.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  /** Rejects with PostgreSQL's error, or with that of the connection. @throws for a value that cannot be sent */
  ask(statement: NamedStatement): Promise<Answer> {
    return this.#send(this.#encoded(statement));
  }

  /** The same within a transaction that begins with this SQL: one packet, and one round trip. */
  async askWithin(beginSql: string, statement: NamedStatement): Promise<Answer> {
    // Before anything is sent: a transaction that was begun must be ended.
    const encoded = this.#encoded(statement);
    this.#stream.cork();
    const parts = [
      this.#send(simple(beginSql)),
      this.#send(encoded),
      // Where a statement before it has failed, it takes the transaction back.
      this.#send(simple('commit')),
    ] as const;
    this.#stream.uncork();
    const [begun, answer] = await Promise.allSettled(parts);
    if (begun.status === 'rejected') throw begun.reason;
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  }

  /** Ends it in good order; one that does not answer soon is cut off. */
  async end(): Promise<void> {
    this.#isEnding = true;
    const timer = setTimeout(() => this.destroy(), END_TIMEOUT_MS);
    await this.#client.end().finally(() => clearTimeout(timer));
  }

  /** Cuts it off: what is under way is rejected. */
  destroy(): void {
    this.#isEnding = true;
    this.#stream.destroy();
  }

  #encoded({ name, text, values }: NamedStatement): Encoded {
    const bind = serialize.bind({ statement: name, values: values.map(prepareValue) });
    const columns = this.#prepared.get(name);
    const begin =
      columns === undefined
        ? [serialize.parse({ name, text }), serialize.describe({ type: 'S', name })]
        : [];
    const bytes = Buffer.concat([...begin, bind, EXECUTE, SYNC]);
    return { name, columns: columns ?? [], bytes };
  }

  #send({ name, columns, bytes }: Encoded): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#asked.push({ name, rows: [], columns, error: null, resolve, reject });
      this.#stream.write(bytes);
    });
  }

  #receive(chunk: Buffer): void {
    this.#begun.push(chunk);
    this.#begunBytes += chunk.length;
    if (this.#begunBytes < this.#neededBytes) return;
    const bytes = this.#begun.length === 1 ? chunk : Buffer.concat(this.#begun);
    const read = this.#readMessages(bytes);
    const rest = bytes.length - read;
    this.#begun = rest === 0 ? [] : [bytes.subarray(read)];
    this.#begunBytes = rest;
    this.#neededBytes = rest < HEADER_BYTES ? HEADER_BYTES : 1 + bytes.readUInt32BE(read + 1);
  }

  /** @returns how many bytes the whole messages took */
  #readMessages(bytes: Buffer): number {
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      this.#readMessage(bytes, at, end);
      at = end;
    }
    return at;
  }

  #readMessage(bytes: Buffer, at: number, end: number): void {
    const code = bytes[at] as number;
    if (code === DATA_ROW) this.#asked[0]?.rows.push(cellsOf(bytes, at + HEADER_BYTES, end));
    else if (code === READY_FOR_QUERY) this.#settle();
    else if (code === NO_DATA) this.#describe([]);
    else if (!SAYS_NOTHING.has(code)) this.#others(bytes.subarray(at, end));
  }

  #settle(): void {
    const asked = this.#asked.shift();
    if (asked === undefined) return;
    const { error, rows, columns } = asked;
    if (error) asked.reject(error);
    else asked.resolve({ rows, columns });
  }

  /** What is described has been prepared, whatever becomes of its execution. */
  #describe(columns: readonly Column[]): void {
    const [asked] = this.#asked;
    if (asked === undefined) return;
    asked.columns = columns;
    if (asked.name !== '') this.#prepared.set(asked.name, columns);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const asked of this.#asked.splice(0)) asked.reject(asked.error ?? error);
  }

  /** pg's parser takes what a stream gives it: here, single messages. */
  #readerOfOthers(): (message: Buffer) => void {
    let read: ((message: Buffer) => void) | undefined;
    const stream = {
      on: (event: string, listener: (message: Buffer) => void) => {
        if (event === 'data') read = listener;
      },
    };
    void parse(stream as unknown as NodeJS.ReadableStream, (message) => {
      const [asked] = this.#asked;
      if (asked === undefined) return;
      if (message.name === 'error') asked.error ??= message as unknown as Error;
      else if (message.name === 'rowDescription') {
        const { fields } = message as unknown as { fields: Parameters<typeof columnsOf>[0] };
        this.#describe(columnsOf(fields, (oid) => decoding(oid, this.#parserOf(oid))));
      }
    });
    return (message) => read?.(message);
  }
}

const EXECUTE = serialize.execute();
const SYNC = serialize.sync();

/** Of numbers, booleans, times and UUIDs, which are ASCII. */
const OF_ASCII: ReadonlySet<number> = new Set([
  16, 20, 21, 23, 700, 701, 1082, 1114, 1184, 1700, 2950,
]);

/** A parser of cells, which are UTF-8 still. */
function decoding(oid: number, parse: ResultParser): ResultParser {
  return OF_ASCII.has(oid) ? parse : (cell) => parse(textOf(cell as Utf8));
}

/** A statement without parameters and rows, that is not kept. */
function simple(sql: string): Encoded {
  return { name: '', columns: [], bytes: serialize.query(sql) };
}

function streamOf(client: pg.Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}
