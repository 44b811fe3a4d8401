import pg from 'pg';
import { CONTENDERS } from './contenders/index.ts';
import { type Dataset, dropDataset, openDataset } from './dataset/dataset.ts';
import { restoreDataset } from './dataset/restore.ts';
import { checkAgreement } from './measure/agreement.ts';
import { pinLoad } from './measure/cores.ts';
import { CpuMeter } from './measure/cpu.ts';
import { medianFigures } from './measure/measure.ts';
import { type Entry, operationsOf, type Pace, takeRounds } from './measure/rounds.ts';
import { type RunningContender, stopContenders } from './measure/server-process.ts';
import { Servers } from './measure/servers.ts';
import { BenchError, say } from './process.ts';
import { QUESTIONS } from './questions/index.ts';
import type { Question } from './questions/question.ts';
import { type Outcome, publish } from './report/report.ts';

export interface BenchOptions extends Pace {
  readonly databaseUrl: string;
  readonly only?: readonly string[];
  readonly contenders?: readonly string[];
  readonly locations: number;
  readonly reviews: number;
  readonly samples: number;
  /** Whether the dataset's database is dropped in the end. */
  readonly drop: boolean;
  /** Whether the report goes to docs/performance. */
  readonly write: boolean;
}

/** The whole run: dataset, servers, agreement, rounds, report. */
export async function bench(options: BenchOptions): Promise<void> {
  const dataset = await openDataset(options.databaseUrl, options);
  pinLoad();
  const client = await connected(dataset.url);
  const meter = await CpuMeter.open(dataset.url);
  try {
    await lockDataset(client);
    // Of a run that was broken off.
    await restoreDataset(client, dataset);
    const questions = chosen(QUESTIONS, options.only);
    const servers = new Servers(chosen(CONTENDERS, options.contenders), dataset);
    const outcomes: Outcome[] = [];
    for (const [index, question] of questions.entries()) {
      await servers.stopAllBut(questions.slice(index));
      const asked = await servers.answering(question);
      if (asked.length === 0) continue;
      await checkAgreement(question, asked, { client, dataset, samples: options.samples });
      say(`${question.name}: ${asked.length} contenders agree`);
      outcomes.push(await measureQuestion(question, asked, { options, dataset, client, meter }));
    }
    await restoreDataset(client, dataset);
    await publish(outcomes, { options, dataset, client });
  } finally {
    await meter.close();
    await client.end();
    if (options.drop) {
      await stopContenders();
      await dropDataset(options.databaseUrl, dataset);
    }
  }
}

export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Held until the session ends: a second run would write into the tables that this one compares. */
export async function lockDataset(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtext('antiphon bench')) as locked`,
  );
  if (rows[0]?.locked !== true) {
    throw new BenchError('Another run of the bench is using this dataset: wait for its end.');
  }
}

export function chosen<Item extends { readonly name: string }>(
  all: readonly Item[],
  names: readonly string[] | undefined,
): readonly Item[] {
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

interface Surroundings {
  readonly options: BenchOptions;
  readonly dataset: Dataset;
  readonly client: pg.Client;
  readonly meter: CpuMeter;
}

async function measureQuestion(
  question: Question<never>,
  asked: readonly RunningContender[],
  { options, dataset, client, meter }: Surroundings,
): Promise<Outcome> {
  const entries: Entry[] = [];
  for (const running of asked) {
    const next = await operationsOf(question, running, { client, dataset });
    entries.push({ running, dataset, next, label: running.contender.name });
  }
  const taken = await takeRounds(question, entries, { pace: options, meter });
  return {
    question,
    results: [...taken].map(([{ running }, rounds]) => ({
      contender: running.contender,
      figures: medianFigures(rounds),
      rounds,
    })),
  };
}
