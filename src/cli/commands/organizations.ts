import type { Command } from 'commander';
import { EXIT_CODES_HELP } from '../exit-codes.ts';

export interface CreateOrganizationOptions {
  readonly name?: string;
  readonly timeZone?: string;
  readonly locale?: string;
  readonly json?: true;
}

const HELP = `
Organizations are the tenants of an installation: nothing of one is seen by another. They are made
on the database itself, which no running server may hold if it is the embedded one.

With --json: {"id", "slug", "name"}; \`list\` prints a list of them.

Examples:
  antiphon organizations create acme --name "Acme Coffee" --time-zone Europe/Amsterdam --locale nl-NL
  antiphon organizations list`;

export function addOrganizations(program: Command): void {
  const organizations = program
    .command('organizations')
    .summary('create and list organizations')
    .description('Organizations of this installation.');
  organizations
    .command('create')
    .description('Makes an organization.')
    .argument('<slug>', 'its short name: lower case letters, digits and hyphens')
    .option('--name <name>', 'its name for people (default: the slug)')
    .option('--time-zone <name>', 'IANA name, the default of its locations (default: UTC)')
    .option('--locale <tag>', 'BCP 47, the default of its locations (default: en)')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP + EXIT_CODES_HELP)
    .action(async (slug: string, options: CreateOrganizationOptions) => {
      const { createOrganizationOf } = await import('../organizations.ts');
      await createOrganizationOf(slug, options);
    });
  organizations
    .command('list')
    .description('Lists them, by slug.')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP + EXIT_CODES_HELP)
    .action(async (options: { json?: true }) => {
      const { listOrganizationsOf } = await import('../organizations.ts');
      await listOrganizationsOf(options);
    });
}
