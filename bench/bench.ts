import pg from 'pg';
import { CONTENDERS } from './contenders/index.ts';
import type { Ask, Step } from './contenders/contender.ts';
import { type Dataset, openDataset } from './dataset/dataset.ts';
import { restoreDataset } from './dataset/restore.ts';
import { checkAgreement } from './measure/agreement.ts';
import { pinLoad } from './measure/cores.ts';
import { CpuMeter } from './measure/cpu.ts';
import { openPost } from './measure/load.ts';
import { type Figures, medianFigures, takeTurn } from './measure/measure.ts';
import { type RunningContender, startContender } from './measure/server-process.ts';
import { BenchError, say } from './process.ts';
import { QUESTIONS } from './questions/index.ts';
import { pick, type Question, randomFrom } from './questions/question.ts';
import { type Outcome, publish } from './report/report.ts';

export interface BenchOptions {
  readonly databaseUrl: string;
  readonly only?: readonly string[];
  readonly contenders?: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly connections: number;
  readonly locations: number;
  readonly reviews: number;
  readonly samples: number;
  /** Whether the report goes to docs/performance. */
  readonly write: boolean;
}

/** Operations that are made ready before measuring, and drawn from while it lasts. */
const PREPARED = 500;

/** The whole run: dataset, servers, agreement, rounds, report. */
export async function bench(options: BenchOptions): Promise<void> {
  const dataset = await openDataset(options.databaseUrl, options);
  pinLoad();
  const client = new pg.Client({ connectionString: dataset.url });
  await client.connect();
  const meter = await CpuMeter.open(dataset.url);
  try {
    await lockDataset(client);
    // Of a run that was broken off.
    await restoreDataset(client, dataset);
    const questions = chosen(QUESTIONS, options.only);
    const running: RunningContender[] = [];
    for (const contender of chosen(CONTENDERS, options.contenders)) {
      const asks = contender.asks(dataset);
      if (!questions.some(({ name }) => name in asks)) continue;
      say(`starting ${contender.title}`);
      running.push(await startContender(contender, asks, dataset));
    }
    const outcomes: Outcome[] = [];
    for (const question of questions) {
      const asked = running.filter(({ asks }) => question.name in asks);
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
  }
}

/** Held until the session ends: a second run would write into the tables that this one compares. */
async function lockDataset(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtext('antiphon bench')) as locked`,
  );
  if (rows[0]?.locked !== true) {
    throw new BenchError('Another run of the bench is using this dataset: wait for its end.');
  }
}

function chosen<Item extends { readonly name: string }>(
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

/** The rounds of one question: in each, every contender has a turn, and another one begins. */
async function measureQuestion(
  question: Question<never>,
  asked: readonly RunningContender[],
  around: Surroundings,
): Promise<Outcome> {
  const { options, dataset, meter } = around;
  const feeds = new Map<RunningContender, () => readonly Step[] | Promise<readonly Step[]>>();
  for (const running of asked) feeds.set(running, await operationsOf(question, running, around));
  const milliseconds = question.isBrief ? 200 : 1_000;
  const rounds = new Map<RunningContender, Figures[]>(asked.map((running) => [running, []]));
  for (let round = 0; round < options.rounds; round++) {
    const first = round % asked.length;
    for (const running of [...asked.slice(first), ...asked.slice(0, first)]) {
      const figures = await takeTurn({
        running,
        question,
        dataset,
        meter,
        next: feeds.get(running)!,
        connections: options.connections,
        // In the first round, code has to be compiled and caches filled.
        warmUpMilliseconds: options.warmUp * milliseconds * (round === 0 ? 3 : 1),
        milliseconds: options.seconds * milliseconds,
      });
      rounds.get(running)!.push(figures);
      say(progress(question, round, options.rounds, running, figures));
    }
  }
  return {
    question,
    results: asked.map((running) => ({
      contender: running.contender,
      figures: medianFigures(rounds.get(running)!),
      rounds: rounds.get(running)!,
    })),
  };
}

function progress(
  { name }: Question<never>,
  round: number,
  rounds: number,
  { contender }: RunningContender,
  { perSecond, p99, serverCpu, totalCpu }: Figures,
): string {
  return (
    `${name} round ${round + 1}/${rounds} ${contender.name.padEnd(12)} ` +
    `${perSecond.toFixed(0).padStart(6)}/s  p99 ${p99.toFixed(1)} ms  ` +
    `CPU ${serverCpu.toFixed(3)} server, ${totalCpu?.toFixed(3) ?? '–'} together`
  );
}

/** A read is drawn from prepared operations; a write is made anew each time. */
async function operationsOf(
  question: Question<never>,
  { contender, asks, url }: RunningContender,
  { client, dataset }: Surroundings,
): Promise<() => readonly Step[] | Promise<readonly Step[]>> {
  const ask = asks[question.name] as Ask<never>;
  const draw = await question.variables(client, dataset);
  const noPost = () => {
    throw new BenchError(
      `${contender.name}: a write cannot look anything up while it is measured.`,
    );
  };
  if (question.written !== undefined) return () => ask.steps(draw(), noPost);
  const { post, close } = openPost(url, dataset.keys);
  const prepared: (readonly Step[])[] = [];
  for (let i = 0; i < PREPARED; i++) prepared.push(await ask.steps(draw(), post));
  await close();
  const random = randomFrom(0);
  return () => pick(prepared, random);
}
