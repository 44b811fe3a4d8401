import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { CONNECTION_HELP, withConnection } from '../connection-options.ts';
import type { ConnectionOptions } from '../connection-options.ts';
import { EXIT_CODES_HELP } from '../exit-codes.ts';

export interface DemoCommandOptions extends ConnectionOptions {
  readonly seed: string;
  readonly reviews: number;
  readonly json?: true;
}

const HELP = `
Three made-up brands with 40 locations in twelve countries, products, and reviews of the last two
years in eight languages, some with responses. The same seed and time give the same rows. It is
loaded only into an organization that has no reviews.

With --json: {"locations", "products", "reviews"}, the numbers of what was loaded.

Examples:
  antiphon demo
  DATABASE_URL=postgres://localhost/antiphon antiphon demo load --organization demo`;

export function addDemo(program: Command): void {
  const demo = program
    .command('demo')
    .summary('load made-up data to try things out')
    .description('Fills an organization with made-up brands, locations and reviews.');
  const load = demo.command('load', { isDefault: true }).summary('load it (the default)');
  withConnection(load)
    .description(demo.description())
    .option('--seed <text>', 'another text gives other reviews', 'antiphon')
    .option('--reviews <n>', 'how many reviews, 1 to 1,000,000', reviewCount, 20_000)
    .option('--json', 'print the numbers as JSON, and nothing else')
    .addHelpText('after', HELP + CONNECTION_HELP + EXIT_CODES_HELP)
    .action(async (options: DemoCommandOptions) => {
      const { demoLoad } = await import('../demo-load.ts');
      process.exitCode = await demoLoad(options);
    });
}

function reviewCount(argument: string): number {
  const number = Number(argument);
  if (Number.isInteger(number) && number >= 1 && number <= 1_000_000) return number;
  throw new InvalidArgumentError('It is a whole number from 1 to 1,000,000.');
}
