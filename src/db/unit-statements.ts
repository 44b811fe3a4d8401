import type { StatementObservers } from './statements.ts';
import type { Statement, StatementResult, UnitTransaction } from './unit-transaction.ts';

interface Queued {
  readonly statement: Statement;
  readonly onResult: (result: StatementResult) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Stands between the work of a unit and its transaction: statements that are asked for at once, and
 * those that nobody waits for, go in one round trip with the next that somebody does, in the order
 * in which they were given.
 */
export class UnitStatements {
  readonly #transaction: UnitTransaction;
  readonly #observers: StatementObservers;
  #queue: Queued[] = [];
  #isFlushDue = false;
  #failure: { error: unknown } | null = null;
  #ended = false;

  constructor(transaction: UnitTransaction, observers: StatementObservers) {
    this.#transaction = transaction;
    this.#observers = observers;
  }

  execute(statement: Statement): Promise<StatementResult> {
    return new Promise((onResult, onError) => {
      this.#enqueue({ statement, onResult, onError });
      if (this.#isFlushDue) return;
      this.#isFlushDue = true;
      queueMicrotask(() => void this.#flush());
    });
  }

  defer(statement: Statement, onResult: (result: StatementResult) => void): void {
    this.#enqueue({ statement, onResult, onError: () => undefined });
  }

  /**
   * Sends what is left together with the commit.
   *
   * A failed statement spoils the transaction, and PostgreSQL answers COMMIT by rolling back. Unless
   * a savepoint was returned to, which is a later statement that succeeds, work that swallowed the
   * failure must not be told that it was stored.
   * @throws the error of that failure
   */
  async commit(): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    this.end();
    const queue = this.#taken();
    const results = await this.#transaction.commit(queue.map(({ statement }) => statement));
    tell(queue, results);
  }

  end(): void {
    this.#ended = true;
  }

  #enqueue(queued: Queued): void {
    const { sql } = queued.statement;
    // The connection may be at work for another tenant by now.
    if (this.#ended) throw new Error(`The unit of work has ended, and cannot send: ${sql}`);
    this.#queue.push(queued);
  }

  async #flush(): Promise<void> {
    this.#isFlushDue = false;
    const queue = this.#taken();
    // The commit has taken them along.
    if (queue.length === 0) return;
    try {
      const results = await this.#transaction.send(queue.map(({ statement }) => statement));
      this.#failure = null;
      tell(queue, results);
    } catch (error) {
      this.#failure ??= { error };
      for (const { onError } of queue) onError(error);
    }
  }

  #taken(): readonly Queued[] {
    const queue = this.#queue;
    this.#queue = [];
    for (const { statement } of queue) this.#observers.tell(statement.sql);
    return queue;
  }
}

function tell(queue: readonly Queued[], results: readonly StatementResult[]): void {
  for (const [index, { onResult }] of queue.entries()) onResult(results[index] as StatementResult);
}
