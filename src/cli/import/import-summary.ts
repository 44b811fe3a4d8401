import { ExitCode } from '../exit-codes.ts';
import { formatCount, formatRows, formatSeconds, styled } from '../terminal.ts';
import type { ImportProgress } from './import-state.ts';
import type { ImportEnd } from './run-import.ts';

export interface SummaryFacts {
  readonly end: ImportEnd;
  /** Where an earlier run stopped. */
  readonly from: ImportProgress;
  readonly seconds: number;
  /** Null where no row was rejected, by this run or the one that it went on from. */
  readonly rejectedFile: string | null;
  readonly dryRun: boolean;
  /** Null where nothing is kept to go on from. */
  readonly state: string | null;
}

/** What an import tells at its end; the counts are of this run's rows. */
export function importSummary(facts: SummaryFacts): {
  json: object;
  text: string;
  exitCode: ExitCode;
} {
  const { end, from, rejectedFile, dryRun } = facts;
  const json = {
    ...end.counts,
    ...(from.rows > 0 && { resumedFrom: from.rows }),
    ...(rejectedFile !== null && { rejectedFile }),
    ...(dryRun && { dryRun }),
    ...(!end.isComplete && { interrupted: true }),
  };
  return { json, text: summaryText(facts), exitCode: exitCodeOf(facts) };
}

function exitCodeOf({ end, from }: SummaryFacts): ExitCode {
  if (!end.isComplete) return ExitCode.INTERRUPTED;
  return end.counts.rejected + from.rejected > 0 ? ExitCode.REJECTED_ROWS : ExitCode.OK;
}

function summaryText({ end, from, seconds, rejectedFile, dryRun, state }: SummaryFacts): string {
  const { counts } = end;
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const width = formatCount(Math.max(...Object.values(counts))).length;
  const lines = [
    styled('bold', dryRun ? 'Would be' : end.isComplete ? 'Imported' : 'Stopped'),
    formatRows(
      Object.entries(counts).map(([outcome, count]) => [
        outcome,
        formatCount(count).padStart(width),
      ]),
    ),
    `${formatCount(rows)} rows in ${formatSeconds(seconds)}, ${formatCount(rows / seconds)} a second.`,
  ];
  if (from.rows > 0) {
    lines.push(`An earlier run had done ${formatCount(from.rows)} rows before them.`);
  }
  if (rejectedFile !== null) lines.push(`Rejected rows, with the reasons: ${rejectedFile}`);
  if (!end.isComplete && state !== null) {
    lines.push('Run the same command again to go on from here.', `Progress is kept in ${state}`);
  }
  return lines.join('\n');
}
