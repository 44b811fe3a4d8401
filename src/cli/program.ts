import { Command } from 'commander';
import { addDemo } from './commands/demo.ts';
import { addExport } from './commands/export.ts';
import { addImport } from './commands/import.ts';
import { addKeys } from './commands/keys.ts';
import { addMigrate } from './commands/migrate.ts';
import { addOrganizations } from './commands/organizations.ts';
import { addRollups } from './commands/rollups.ts';
import { addServe } from './commands/serve.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';

/** The command line. Commands load what they need when they run, so that help is quick. */
export function buildProgram(version: string): Command {
  const program = new Command('antiphon')
    .description('Antiphon: the GraphQL server for customer feedback.')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError('See antiphon --help, or antiphon <command> --help.');
  addServe(program);
  addImport(program);
  addExport(program);
  addKeys(program);
  addOrganizations(program);
  addRollups(program);
  addMigrate(program);
  addDemo(program);
  program.addHelpText('after', EXIT_CODES_HELP);
  return program;
}
