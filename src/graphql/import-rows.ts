import { registerEnumType } from 'type-graphql';
import { type Database, LostRace, type UnitOfWork } from '../db/database.ts';
import { freshenStatistics } from '../db/statistics.ts';
import type { GraphQLContext } from './context.ts';
import { idempotently } from './idempotency.ts';
import { importTurns } from './import-turns.ts';
import { limitExceeded, Refusal, type UserErrorData } from './user-error.ts';

/** The most rows of one import call. */
export const IMPORT_LIMIT = 1_000;

export const ImportOutcome = {
  CREATED: 'CREATED',
  UPDATED: 'UPDATED',
  UNCHANGED: 'UNCHANGED',
  REJECTED: 'REJECTED',
} as const;
export type ImportOutcome = keyof typeof ImportOutcome;

registerEnumType(ImportOutcome, {
  name: 'ImportOutcome',
  description: 'What became of a row.',
  valuesConfig: {
    CREATED: { description: 'It was new.' },
    UPDATED: { description: 'It was known, and said something else.' },
    UNCHANGED: { description: 'It was known as it is: nothing was written.' },
    REJECTED: { description: 'It was refused, for the reasons in its `userErrors`.' },
  },
});

/** What became of one row; `key` is the UUID of the object, null where there is none. */
export interface RowResult {
  readonly index: number;
  readonly outcome: ImportOutcome;
  readonly key: string | null;
  readonly userErrors: readonly UserErrorData[];
}

export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly results: readonly RowResult[];
  readonly userErrors: readonly UserErrorData[];
}

export interface IndexedRow<Row> {
  readonly index: number;
  readonly row: Row;
}

interface ImportCall<Row> {
  /** The mutation's name. */
  readonly operation: string;
  /** The input's field that holds the rows: the start of each error's path. */
  readonly field: string;
  readonly rows: readonly Row[];
  readonly dryRun: boolean | null | undefined;
  readonly idempotencyKey: string | null | undefined;
  /** What makes two rows speak of the same object. */
  readonly identity: (row: Row) => string;
  /** Checks a row by itself; a row with errors goes no further. */
  readonly check: (row: Row, path: readonly string[]) => readonly UserErrorData[];
  /**
   * Writes rows of different identities, all in a few statements. It locks the known ones and then
   * makes the new ones, in an order that all writers share. A row whose object another writer made
   * at the same time has no result: the import begins again, and finds it.
   */
  readonly write: (uow: UnitOfWork, rows: readonly IndexedRow<Row>[]) => Promise<RowResult[]>;
}

/** Carries the result of a dry run out of its unit of work, which it undoes. */
class DryRun extends Error {
  readonly result: ImportResult;

  constructor(result: ImportResult) {
    super('dry run');
    this.result = result;
  }
}

/**
 * An import by external ids: each row stands alone, so a bad one is told and the others are
 * written, all in one transaction. A dry run does the same work and undoes it.
 */
export async function importRows<Row>(
  ctx: GraphQLContext,
  call: ImportCall<Row>,
): Promise<ImportResult> {
  if (call.rows.length > IMPORT_LIMIT) {
    const message = `${call.rows.length} rows in one call; send at most ${IMPORT_LIMIT}, and the rest in further calls.`;
    throw new Refusal(limitExceeded([call.field], message, IMPORT_LIMIT));
  }
  const checked = checkRows(call);
  const { organizationId } = ctx.caller;
  const write = (uow: UnitOfWork) => writeImport(uow, ctx.db, call, checked);
  try {
    return await importTurns(ctx.db).take(organizationId, () =>
      ctx.db.unitOfWork(organizationId, write),
    );
  } catch (error) {
    if (error instanceof DryRun) return withoutNewObjects(error.result);
    throw error;
  }
}

async function writeImport<Row>(
  uow: UnitOfWork,
  db: Database,
  call: ImportCall<Row>,
  checked: CheckedRows<Row>,
): Promise<ImportResult> {
  const { operation, rows, idempotencyKey } = call;
  uow.afterCommit(async () => void (await freshenStatistics(db)));
  lockImports(uow, { isAlone: uow.attempt > 1 || checked.waves.length > 1 });
  if (call.dryRun === true) throw new DryRun(await writeRows(uow, call, checked));
  return idempotently(uow, { key: idempotencyKey, operation, input: rows }, () =>
    writeRows(uow, call, checked),
  );
}

/**
 * Imports of an organization go side by side, and lock and make what they write in one order, so
 * that none waits for another in a circle. One that cannot, since it writes an object twice and so
 * goes through it twice, is alone among them; and so is one that has lost a race, which then loses
 * no second one, however many there are.
 */
function lockImports(uow: UnitOfWork, { isAlone }: { isAlone: boolean }): void {
  const lock = isAlone ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  uow.defer(`select ${lock}(hashtext('antiphon.imports'), hashtext($1::text))`, [
    uow.organizationId,
  ]);
}

interface CheckedRows<Row> {
  readonly rejected: readonly RowResult[];
  readonly waves: readonly (readonly IndexedRow<Row>[])[];
}

function checkRows<Row>({ rows, field, check, identity }: ImportCall<Row>): CheckedRows<Row> {
  const rejected: RowResult[] = [];
  const valid: IndexedRow<Row>[] = [];
  rows.forEach((row, index) => {
    const userErrors = check(row, [field, String(index)]);
    if (userErrors.length === 0) valid.push({ index, row });
    else rejected.push({ index, outcome: 'REJECTED', key: null, userErrors });
  });
  return { rejected, waves: inWaves(valid, identity) };
}

async function writeRows<Row>(
  uow: UnitOfWork,
  { rows, write }: ImportCall<Row>,
  { rejected, waves }: CheckedRows<Row>,
): Promise<ImportResult> {
  const results = new Array<RowResult>(rows.length);
  for (const result of rejected) results[result.index] = result;
  for (const wave of waves) {
    const written = await write(uow, wave);
    if (written.length < wave.length) throw new LostRace();
    for (const result of written) results[result.index] = result;
  }
  return { ...count(results), results, userErrors: [] };
}

/**
 * Rows of one object have to be written one after the other, so that the second sees the first:
 * the first wave holds the first row of each object, and mostly all of them.
 */
function inWaves<Row>(
  rows: readonly IndexedRow<Row>[],
  identity: (row: Row) => string,
): IndexedRow<Row>[][] {
  const seen = new Map<string, number>();
  const waves: IndexedRow<Row>[][] = [];
  for (const indexed of rows) {
    const key = identity(indexed.row);
    const wave = seen.get(key) ?? 0;
    seen.set(key, wave + 1);
    (waves[wave] ??= []).push(indexed);
  }
  return waves;
}

function count(results: readonly RowResult[]) {
  const of = (outcome: ImportOutcome) => results.filter((row) => row.outcome === outcome).length;
  return {
    created: of('CREATED'),
    updated: of('UPDATED'),
    unchanged: of('UNCHANGED'),
    rejected: of('REJECTED'),
  };
}

/** What a dry run would have created does not exist, so nothing can be read of it. */
function withoutNewObjects(result: ImportResult): ImportResult {
  const results = result.results.map((row) =>
    row.outcome === 'CREATED' ? { ...row, key: null } : row,
  );
  return { ...result, results };
}

/** The payload of an import that was refused as a whole. */
export function refusedImport(userErrors: readonly UserErrorData[]): ImportResult {
  return { created: 0, updated: 0, unchanged: 0, rejected: 0, results: [], userErrors };
}
