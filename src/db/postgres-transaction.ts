import type { BatchResult } from './statement-batch.ts';
import type { Statement, StatementResult, UnitTransaction } from './unit-transaction.ts';

const COMMIT: Statement = { sql: 'commit', values: [] };
const ROLLBACK: Statement = { sql: 'rollback', values: [] };

/**
 * A transaction whose beginning goes with its first statements, and whose commit with its last: what
 * the last ones lock is then held for no round trip.
 */
export class PostgresTransaction implements UnitTransaction {
  readonly #sendAll: (statements: readonly Statement[]) => Promise<readonly BatchResult[]>;
  /** What is still to be sent before anything else. */
  #opening: readonly Statement[];
  #isOpen = false;
  /**
   * Why it may not have been opened: then nothing is sent any more, whatever the work makes of the
   * error, because it could be outside of the transaction and of the tenant.
   */
  #unopened: { readonly error: unknown } | null = null;

  constructor(
    opening: readonly Statement[],
    sendAll: (statements: readonly Statement[]) => Promise<readonly BatchResult[]>,
  ) {
    this.#opening = opening;
    this.#sendAll = sendAll;
  }

  async send(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return this.#send(statements);
  }

  async commit(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    if (!this.#isOpen && statements.length === 0) return [];
    const results = await this.#send([...statements, COMMIT]);
    // PostgreSQL answers the commit of a transaction that has failed by rolling back, without an error.
    if (results.at(-1)?.command !== 'COMMIT') throw new Error('The transaction was not committed');
    this.#isOpen = false;
    return results.slice(0, -1);
  }

  /** Ends what was begun. False where that failed, and nobody knows in which state the connection is. */
  async rollback(): Promise<boolean> {
    if (!this.#isOpen) return true;
    return this.#sendAll([ROLLBACK]).then(
      () => true,
      () => false,
    );
  }

  async #send(statements: readonly Statement[]): Promise<readonly BatchResult[]> {
    if (this.#unopened !== null) throw this.#unopened.error;
    const opening = this.#opening;
    if (opening.length === 0) return this.#sendAll(statements);
    this.#opening = [];
    this.#isOpen = true;
    try {
      return (await this.#sendAll([...opening, ...statements])).slice(opening.length);
    } catch (error) {
      this.#unopened = { error };
      throw error;
    }
  }
}
