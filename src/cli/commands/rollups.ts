import type { Command } from 'commander';
import { EXIT_CODES_HELP } from '../exit-codes.ts';

export interface RollupsOptions {
  readonly organization?: string;
  readonly json?: true;
}

const HELP = `
Rollups are the counts behind metrics and review summaries. They are written with the reviews, invitations
and answers themselves; \`verify\` proves it, and \`rebuild\` is for a database that was changed by other means.
\`pack\` puts the days of each month that is over into one row, from which long series are read sooner; a server
does so by itself some minutes after much was written. All work beside a running server on PostgreSQL; the
embedded database has to be free.

With --json, verify prints {"organizations": [{"slug", "count", "differences"}]}: how many rows differ,
and the first 100 as {"table", "key", "stored", "counted"}; rebuild prints {"organizations": [{"slug"}]},
and pack {"organizations": [{"slug", "months"}]}: how many months were packed.

Examples:
  antiphon rollups verify
  antiphon rollups rebuild --organization acme`;

export function addRollups(program: Command): void {
  const rollups = program
    .command('rollups')
    .summary('check or rebuild the counts behind metrics')
    .description('The counts behind metrics and review summaries.');
  addOne(
    rollups,
    'verify',
    'Compares them with the reviews, invitations and answers, and names every difference; exits with 1 where there is one.',
    async () => (await import('../rollups.ts')).verify,
  );
  addOne(
    rollups,
    'rebuild',
    'Makes them anew from the reviews, invitations and answers, part by part; writers go on.',
    async () => (await import('../rollups.ts')).rebuild,
  );
  addOne(
    rollups,
    'pack',
    'Packs the days of months that are over, where they are not packed as they are now; writers go on.',
    async () => (await import('../rollups.ts')).pack,
  );
}

function addOne(
  rollups: Command,
  name: string,
  description: string,
  load: () => Promise<(options: RollupsOptions) => Promise<number>>,
): void {
  rollups
    .command(name)
    .description(description)
    .option('--organization <slug>', 'of one organization (default: all)')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP + EXIT_CODES_HELP)
    .action(async (options: RollupsOptions) => {
      process.exitCode = await (await load())(options);
    });
}
