import { inBatches } from './batches.ts';
import type { Batch } from './batches.ts';
import { RequestFailed } from '../graphql-request.ts';
import type { ImportCall, Outcome, RowOutcome } from './import-call.ts';
import type { ImportProgress, ImportState } from './import-state.ts';
import type { RejectedFile, RejectedRow } from './rejected-file.ts';
import type { RowCheck } from './row-check.ts';
import type { SourceRow } from './source-row.ts';

export type ImportCounts = Readonly<Record<Lowercase<Outcome>, number>>;

export interface ImportRun {
  /** From where an earlier run stopped. */
  readonly rows: AsyncIterable<SourceRow>;
  readonly check: RowCheck;
  readonly call: ImportCall;
  /** Batches on their way at the same time, at most. */
  readonly concurrency: number;
  readonly rejectedFile: RejectedFile;
  /** Null where nothing is to be remembered: a dry run. */
  readonly state: ImportState | null;
  /** Where an earlier run stopped. */
  readonly from: ImportProgress;
  /** Asks to stop: what is on its way is finished. */
  readonly stop: AbortSignal;
  /** Told after each batch: what became of the rows of this run, and how much of the file is done. */
  readonly onProgress: (counts: ImportCounts, bytesRead: number) => void;
}

/** How a run ended that did not fail; what became of its own rows. */
export interface ImportEnd {
  readonly counts: ImportCounts;
  readonly isComplete: boolean;
}

interface BatchOnItsWay {
  readonly batch: Batch;
  readonly outcomes: Promise<RowOutcome[]>;
}

/**
 * Sends all rows. Batches travel several at a time, and are accounted for in the order of the file,
 * so that "so many rows are done" says everything that another run needs.
 *
 * @throws RequestFailed, or what reading the file throws; what is done by then is remembered
 */
export async function runImport(run: ImportRun): Promise<ImportEnd> {
  const importer = new Importer(run);
  try {
    for await (const batch of inBatches(run.rows, run.check)) {
      if (run.stop.aborted) break;
      await importer.send(batch);
    }
    await importer.settleAll();
  } catch (error) {
    await importer.abandon(error);
    if (!isInterruption(error, run.stop)) throw error;
    return { counts: importer.counts, isComplete: false };
  }
  if (run.stop.aborted) return { counts: importer.counts, isComplete: false };
  await run.state?.remove();
  return { counts: importer.counts, isComplete: true };
}

/** Asked to stop while it waited for a server that does not answer. */
function isInterruption(error: unknown, stop: AbortSignal): boolean {
  return stop.aborted && error instanceof RequestFailed && error.isPassing;
}

class Importer {
  readonly #run: ImportRun;
  readonly #onItsWay: BatchOnItsWay[] = [];
  #progress: ImportProgress;
  #counts = { created: 0, updated: 0, unchanged: 0, rejected: 0 };

  constructor(run: ImportRun) {
    this.#run = run;
    this.#progress = run.from;
  }

  get counts(): ImportCounts {
    return this.#counts;
  }

  async send(batch: Batch): Promise<void> {
    while (this.#onItsWay.length >= this.#run.concurrency || this.#overtakes(batch)) {
      await this.#settleFirst();
    }
    const rows = batch.rows.flatMap(({ row }) => (row === null ? [] : [row]));
    const outcomes = rows.length === 0 ? Promise.resolve([]) : this.#run.call.send(rows);
    // It is looked at later, when it is the first.
    outcomes.catch(() => undefined);
    this.#onItsWay.push({ batch, outcomes });
  }

  async settleAll(): Promise<void> {
    while (this.#onItsWay.length > 0) await this.#settleFirst();
  }

  /** After a failure: waits for the others, so that nothing is still being written at the end. */
  async abandon(failure: unknown): Promise<void> {
    const settled = await Promise.allSettled(this.#onItsWay.map(({ outcomes }) => outcomes));
    // It was the file that could not be read on: what was sent counts.
    if (settled.every(({ status }) => status === 'fulfilled')) {
      await this.settleAll().catch(() => {
        throw failure;
      });
    }
  }

  /** The last row about an object wins, so it may not be sent while an earlier one is on its way. */
  #overtakes({ keys }: Batch): boolean {
    return this.#onItsWay.some(({ batch }) => {
      for (const key of keys) if (batch.keys.has(key)) return true;
      return false;
    });
  }

  async #settleFirst(): Promise<void> {
    const first = this.#onItsWay[0];
    if (first === undefined) return;
    const outcomes = await first.outcomes;
    this.#onItsWay.shift();
    const rejected = this.#account(first.batch, outcomes);
    await this.#run.rejectedFile.write(rejected);
    this.#progress = {
      rows: this.#progress.rows + first.batch.rows.length,
      rejected: this.#progress.rejected + rejected.length,
      rejectedBytes: this.#run.rejectedFile.bytes,
    };
    await this.#run.state?.save(this.#progress);
    this.#run.onProgress(this.#counts, first.batch.bytesRead);
  }

  #account({ rows }: Batch, outcomes: readonly RowOutcome[]): RejectedRow[] {
    const rejected: RejectedRow[] = [];
    let sent = 0;
    for (const { source, row, errors } of rows) {
      const result = row === null ? null : outcomes[sent++]!;
      const outcome = result?.outcome ?? 'REJECTED';
      this.#counts[outcome.toLowerCase() as Lowercase<Outcome>] += 1;
      if (outcome !== 'REJECTED') continue;
      const reasons = result?.errors ?? errors;
      rejected.push({ ...source.place, reasons, row: source.original });
    }
    return rejected;
  }
}
