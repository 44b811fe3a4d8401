import type { Command } from 'commander';
import { EXIT_CODES_HELP } from '../exit-codes.ts';

const HELP = `
Every command and the server migrate by themselves; run this to do it at a time of your choosing,
such as before a roll-out of several servers. Runs that meet wait for each other.

With --json: {"applied": [name …]}, or with --dry-run {"pending": [name …]}.

Examples:
  antiphon migrate --dry-run
  DATABASE_URL=postgres://localhost/antiphon antiphon migrate`;

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .summary('bring the database to the present version')
    .description('Applies the migrations that the database does not have yet.')
    .option('--dry-run', 'list them; change nothing')
    .option('--json', 'print the names as JSON')
    .addHelpText('after', HELP + EXIT_CODES_HELP)
    .action(async (options: { dryRun?: true; json?: true }) => {
      const { migrateDatabase } = await import('../migrate-database.ts');
      await migrateDatabase(options);
    });
}
