import { Command, InvalidArgumentError } from 'commander';
import { bench, type BenchOptions } from './bench.ts';
import { CONTENDERS } from './contenders/index.ts';
import { growth } from './growth.ts';
import { killContenders, stopContenders } from './measure/server-process.ts';
import { mixed } from './mixed.ts';
import { BenchError, say } from './process.ts';
import { QUESTIONS } from './questions/index.ts';

const DEFAULT_DATABASE = 'postgres://postgres@127.0.0.1:5432/postgres';
const GROWTH_SIZES = [100_000, 10_000_000];
/** Small and short: shows that everything runs, and measures nothing. */
const SMOKE = {
  locations: 20,
  reviews: 2_000,
  growth: [1_000, 2_000],
  runs: 2,
  rounds: 1,
  seconds: 0.1,
  warmUp: 0.05,
  connections: 8,
  samples: 10,
};
/** What is asked of `--mixed` where nothing else is said. */
const MIXED = { connections: 200, seconds: 60, warmUp: 10 };

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It is a number above 0.');
  return number;
}

function namesFrom(all: readonly { readonly name: string }[]) {
  return (text: string): string[] =>
    text.split(',').flatMap((name) => {
      const asked = name.trim().toLowerCase();
      const found = all.filter(
        (each) =>
          each.name.toLowerCase() === asked || each.name.toLowerCase().startsWith(`${asked}.`),
      );
      if (found.length === 0) {
        throw new InvalidArgumentError(`There are: ${all.map((each) => each.name).join(', ')}.`);
      }
      return found.map((each) => each.name);
    });
}

function sizes(text: string): number[] {
  return text
    .split(',')
    .map(positive)
    .sort((a, b) => a - b);
}

const program = new Command('npm run bench --')
  .description('Measures Antiphon against the limit and against what a team would take instead.')
  .option(
    '--only <questions>',
    'such as Q1,Q4, or sdk for the operations of the clients (default: all)',
    namesFrom(QUESTIONS),
  )
  .option('--contenders <names>', 'such as antiphon,limit (default: all)', namesFrom(CONTENDERS))
  .option('--rounds <number>', 'interleaved rounds, whose medians are told', positive, 5)
  .option('--seconds <number>', 'of each contender in each round', positive, 5)
  .option(
    '--warm-up <seconds>',
    'before each of them, thrice as long in the first round',
    positive,
    1,
  )
  .option('--connections <number>', 'at the same time', positive, 32)
  .option('--locations <number>', 'of the dataset', positive, 1_000)
  .option('--reviews <number>', 'of the dataset', positive, 1_000_000)
  .option('--samples <number>', 'answers compared for each question before measuring', positive, 50)
  .option(
    '--growth [sizes]',
    `the reads over datasets of several lengths (default: ${GROWTH_SIZES.join()} reviews)`,
    sizes,
  )
  .option('--mixed', 'all operations at once: errors, and memory before and after each run')
  .option('--runs <number>', 'of --mixed', positive, 10)
  .option('--drop', 'drop the databases of the datasets in the end')
  .option('--smoke', 'a tiny dataset and one short round: shows that the bench runs')
  .option('--write', 'write docs/performance, as a run without any options does')
  .addHelpText(
    'after',
    `
PostgreSQL: DATABASE_URL, by default ${DEFAULT_DATABASE}. The dataset gets a database
of its own there, which the next run finds again.`,
  );

program.parse();
interface Given extends Omit<BenchOptions, 'databaseUrl' | 'write' | 'drop'> {
  readonly smoke?: true;
  readonly write?: true;
  readonly drop?: true;
  readonly growth?: true | readonly number[];
  readonly mixed?: true;
  readonly runs: number;
}
const given = program.opts<Given>();
/** Over the defaults, and under what was said. */
const usual = (values: Partial<Given>) =>
  Object.fromEntries(
    Object.entries(values).filter(([name]) => program.getOptionValueSource(name) !== 'cli'),
  );
const options = {
  ...given,
  ...(given.mixed && usual(MIXED)),
  ...(given.smoke && usual(SMOKE)),
  drop: given.drop ?? false,
  write: given.write ?? process.argv.length === 2,
  databaseUrl: process.env['DATABASE_URL'] || DEFAULT_DATABASE,
};

process.once('exit', killContenders);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killContenders();
    process.exit(130);
  });
}

try {
  if (given.growth) {
    const asked = given.growth === true ? GROWTH_SIZES : given.growth;
    await growth(options, given.smoke && given.growth === true ? SMOKE.growth : asked);
  } else if (given.mixed) await mixed(options);
  else await bench(options);
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  say(error.message);
  process.exitCode = 1;
} finally {
  await stopContenders();
}
