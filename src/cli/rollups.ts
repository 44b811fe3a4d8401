import 'reflect-metadata';
import type { Database } from '../db/database.ts';
import { listOrganizations, type OrganizationSummary } from '../modules/accounts/index.ts';
import {
  packDays,
  rebuildRollups,
  type RollupDifference,
  type RollupStep,
  verifyRollups,
} from '../modules/reviews/index.ts';
import {
  rebuildSurveyRollups,
  type SurveyRollupDifference,
  verifySurveyRollups,
} from '../modules/survey-rollups/index.ts';
import type { RollupsOptions } from './commands/rollups.ts';
import { ExitCode, usageError } from './exit-codes.ts';
import { onDatabase } from './on-database.ts';
import { type Progress, startProgress } from './progress.ts';
import { formatCount, openTerminal, type Terminal } from './terminal.ts';

/** A damaged table would fill the screen: the first ones are shown, and all are counted. */
const DIFFERENCES_SHOWN = 100;

type Difference = RollupDifference | SurveyRollupDifference;

interface Verified {
  readonly slug: string;
  readonly count: number;
  readonly differences: readonly Difference[];
}

/** @returns FAILURE where a rollup differs from what it counts */
export async function verify(options: RollupsOptions): Promise<ExitCode> {
  const terminal = openTerminal(options);
  const organizations = await forEachOrganization(options, async (db, { id, slug }) => {
    const differences: Difference[] = [];
    let count = 0;
    const note = (step: { readonly differences: readonly Difference[] }) => {
      count += step.differences.length;
      differences.push(...step.differences.slice(0, DIFFERENCES_SHOWN - differences.length));
    };
    await followed(terminal, verifyRollups(db, id), 'parts', note);
    await followed(terminal, verifySurveyRollups(db, id), 'surveys', note);
    return { slug, count, differences };
  });
  terminal.result({ organizations }, organizations.map(described).join('\n'));
  return organizations.every(({ count }) => count === 0) ? ExitCode.OK : ExitCode.FAILURE;
}

export async function rebuild(options: RollupsOptions): Promise<ExitCode> {
  const terminal = openTerminal(options);
  const organizations = await forEachOrganization(options, async (db, { id, slug }) => {
    await followed(terminal, rebuildRollups(db, id), 'parts');
    await followed(terminal, packDays(db, id, new Date()), 'months');
    await followed(terminal, rebuildSurveyRollups(db, id), 'surveys');
    return { slug };
  });
  const text = organizations.map(({ slug }) => `${slug}: made anew.`).join('\n');
  terminal.result({ organizations }, text);
  return ExitCode.OK;
}

/** Packs the days of months that are over; the server does it by itself, after a while. */
export async function pack(options: RollupsOptions): Promise<ExitCode> {
  const terminal = openTerminal(options);
  const organizations = await forEachOrganization(options, async (db, { id, slug }) => {
    let months = 0;
    await followed(terminal, packDays(db, id, new Date()), 'months', ({ done }) => (months = done));
    return { slug, months };
  });
  const text = organizations.map(
    ({ slug, months }) => `${slug}: ${formatCount(months)} months packed.`,
  );
  terminal.result({ organizations }, text.join('\n'));
  return ExitCode.OK;
}

function forEachOrganization<T>(
  { organization }: RollupsOptions,
  work: (db: Database, organization: OrganizationSummary) => Promise<T>,
): Promise<T[]> {
  return onDatabase(async (db) => {
    const all = await listOrganizations(db);
    const meant = all.filter(({ slug }) => organization === undefined || slug === organization);
    if (meant.length === 0 && organization !== undefined) {
      const known = all.map(({ slug }) => slug).join(', ');
      throw usageError(`There is no organization "${organization}"; there are: ${known}.`);
    }
    const results: T[] = [];
    for (const each of meant) results.push(await work(db, each));
    return results;
  });
}

async function followed<Step extends RollupStep>(
  terminal: Terminal,
  steps: AsyncIterable<Step>,
  unit: string,
  onStep: (step: Step) => void = () => undefined,
): Promise<void> {
  let progress: Progress | undefined;
  try {
    for await (const step of steps) {
      progress ??= startProgress(terminal, step.total, unit);
      progress.update(step.done, step.done);
      onStep(step);
    }
  } finally {
    progress?.stop();
  }
}

function described({ slug, count, differences }: Verified): string {
  if (count === 0) return `${slug}: every rollup says what the rows behind it say.`;
  const lines = differences.map(({ table, key, stored, counted }) => {
    const names = Object.keys(counted).filter((name) => stored[name] !== counted[name]);
    const told = names.map((name) => `${name} is ${stored[name]}, and should be ${counted[name]}`);
    const where = Object.values(key).map(String).join(' ');
    return `  ${table} ${where}: ${told.join('; ')}`;
  });
  const more = count - differences.length;
  if (more > 0) lines.push(`  and ${formatCount(more)} more`);
  const remedy = `  Run: antiphon rollups rebuild --organization ${slug}`;
  return [
    `${slug}: ${formatCount(count)} rows differ from what they count.`,
    ...lines,
    remedy,
  ].join('\n');
}
