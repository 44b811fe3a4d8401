import {
  CompiledQuery,
  ControlledTransaction,
  DefaultQueryExecutor,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';

/** Sends one statement within the open transaction. */
export type SendStatement = (
  sql: string,
  values: readonly unknown[],
) => Promise<{ rows: unknown[]; affectedRows: number | undefined }>;

const adapter = new PostgresAdapter();
const compiler = new PostgresQueryCompiler();

/**
 * A transaction that is already open, in the form that MikroORM works with. Beginning and ending
 * it stays with whoever opened it: Kysely's own drivers lose the pooled connection when a rollback
 * fails, and its PGlite driver has a single slot for all transactions.
 */
export function ormTransaction(send: SendStatement): ControlledTransaction<unknown> {
  const connection = new OpenConnection(send);
  const driver = new OpenTransactionDriver(connection);
  const dialect = {
    createAdapter: () => adapter,
    createDriver: () => driver,
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
    createQueryCompiler: () => compiler,
  };
  const executor = new DefaultQueryExecutor(compiler, adapter, {
    provideConnection: (consumer) => consumer(connection),
  });
  return new ControlledTransaction<unknown>({
    config: { dialect },
    dialect,
    driver,
    executor,
    connection: { connection, release: () => undefined },
  });
}

class OpenConnection implements DatabaseConnection {
  readonly #send: SendStatement;

  constructor(send: SendStatement) {
    this.#send = send;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, affectedRows } = await this.#send(query.sql, query.parameters);
    return affectedRows === undefined
      ? { rows: rows as Row[] }
      : { rows: rows as Row[], numAffectedRows: BigInt(affectedRows) };
  }

  // eslint-disable-next-line require-yield -- the interface wants a generator, and it has nothing to give
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Rows are not streamed within a unit of work');
  }
}

class OpenTransactionDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async beginTransaction(): Promise<void> {}
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint "${name}"`));
  }
  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to savepoint "${name}"`));
  }
  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release savepoint "${name}"`));
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}
