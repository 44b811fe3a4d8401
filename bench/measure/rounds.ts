import type pg from 'pg';
import type { Ask, Step } from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { BenchError, say } from '../process.ts';
import { pick, type Question, randomFrom } from '../questions/question.ts';
import type { CpuMeter } from './cpu.ts';
import { openPost } from './load.ts';
import { type Figures, takeTurn, type WarmUp } from './measure.ts';
import type { RunningContender } from './server-process.ts';

/** Gives the next operation of a contender. */
export type Feed = () => readonly Step[] | Promise<readonly Step[]>;

/** Who takes turns: a contender over a dataset. */
export interface Entry {
  readonly running: RunningContender;
  readonly dataset: Dataset;
  readonly next: Feed;
  /** For progress. */
  readonly label: string;
}

export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly connections: number;
}

/** Operations that are made ready before measuring, and drawn from while it lasts. */
const PREPARED = 500;

/** A read is drawn from prepared operations; a write is made anew each time. */
export async function operationsOf(
  question: Question<never>,
  { contender, asks, url }: RunningContender,
  { client, dataset }: { readonly client: pg.Client; readonly dataset: Dataset },
): Promise<Feed> {
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
  close();
  const random = randomFrom(0);
  return () => pick(prepared, random);
}

/** Operations after which servers became no quicker any more, about; of an import, its rows. */
const COMPILED_AFTER = 8_000;

/** In the first round, code has to be compiled, which goes by how often it has run, and caches to be filled. */
function warmUpOf({ unit, isBrief }: Question<never>, round: number, milliseconds: number): WarmUp {
  if (round > 0) return { milliseconds };
  if (isBrief) return { milliseconds: 3 * milliseconds };
  return {
    milliseconds: 3 * milliseconds,
    leastOperations: COMPILED_AFTER / (unit?.perOperation ?? 1),
    mostMilliseconds: 30 * milliseconds,
  };
}

/** The rounds of one question: in each, every entry has a turn, and another one begins. */
export async function takeRounds(
  question: Question<never>,
  entries: readonly Entry[],
  { pace, meter }: { readonly pace: Pace; readonly meter: CpuMeter },
): Promise<ReadonlyMap<Entry, readonly Figures[]>> {
  const milliseconds = question.isBrief ? 200 : 1_000;
  const rounds = new Map<Entry, Figures[]>(entries.map((entry) => [entry, []]));
  for (let round = 0; round < pace.rounds; round++) {
    const first = round % entries.length;
    for (const entry of [...entries.slice(first), ...entries.slice(0, first)]) {
      const figures = await takeTurn({
        running: entry.running,
        question,
        dataset: entry.dataset,
        meter,
        next: entry.next,
        connections: pace.connections,
        warmUp: warmUpOf(question, round, pace.warmUp * milliseconds),
        milliseconds: pace.seconds * milliseconds,
      });
      rounds.get(entry)!.push(figures);
      say(`${question.name} round ${round + 1}/${pace.rounds} ${progress(entry, figures)}`);
    }
  }
  return rounds;
}

function progress({ label }: Entry, { perSecond, p99, serverCpu, totalCpu }: Figures): string {
  return (
    `${label.padEnd(14)} ${perSecond.toFixed(0).padStart(6)}/s  p99 ${p99.toFixed(1)} ms  ` +
    `CPU ${serverCpu.toFixed(3)} server, ${totalCpu?.toFixed(3) ?? '–'} together`
  );
}
