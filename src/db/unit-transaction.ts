/** One statement within a transaction. Placeholders are $1, $2 … */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Its values are part of its text, which so does not come again: not worth preparing. */
  readonly isOneOff?: boolean;
}

export interface StatementResult {
  readonly rows: object[];
  /** Undefined for a select. */
  readonly affectedRows: number | undefined;
}

/** The transaction of a unit of work, on whichever database. */
export interface UnitTransaction {
  /**
   * One after the other, in one round trip where the database is a server. After one that fails,
   * none runs. Gives a result for each.
   */
  send(statements: readonly Statement[]): Promise<readonly StatementResult[]>;
  /** The same, and commits with them: nothing is sent afterwards. */
  commit(statements: readonly Statement[]): Promise<readonly StatementResult[]>;
}
