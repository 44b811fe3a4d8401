import { Command, InvalidArgumentError } from 'commander';
import { bench, type BenchOptions } from './bench.ts';
import { CONTENDERS } from './contenders/index.ts';
import { killContenders, stopContenders } from './measure/server-process.ts';
import { BenchError, say } from './process.ts';
import { QUESTIONS } from './questions/index.ts';

const DEFAULT_DATABASE = 'postgres://postgres@127.0.0.1:5432/postgres';
/** Small and short: shows that everything runs, and measures nothing. */
const SMOKE = {
  locations: 20,
  reviews: 2_000,
  rounds: 1,
  seconds: 0.3,
  warmUp: 0.1,
  connections: 8,
};

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
  .option('--smoke', 'a tiny dataset and one short round: shows that the bench runs')
  .option('--write', 'write docs/performance, as a run without any options does')
  .addHelpText(
    'after',
    `
PostgreSQL: DATABASE_URL, by default ${DEFAULT_DATABASE}. The dataset gets a database
of its own there, which the next run finds again.`,
  );

program.parse();
const given = program.opts<
  Omit<BenchOptions, 'databaseUrl' | 'write'> & { smoke?: true; write?: true }
>();
const options: BenchOptions = {
  ...given,
  ...(given.smoke && SMOKE),
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
  await bench(options);
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  say(error.message);
  process.exitCode = 1;
} finally {
  await stopContenders();
}
