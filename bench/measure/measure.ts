import type { Step } from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { Question } from '../questions/question.ts';
import { stayAwake } from './awake.ts';
import type { CpuMeter } from './cpu.ts';
import { type LoadOptions, runLoad } from './load.ts';
import type { RunningContender } from './server-process.ts';
import { median, percentile } from './statistics.ts';

/** What one contender did with one question in one round. CPU in milliseconds per operation. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly serverCpu: number;
  readonly postgresqlCpu: number | null;
  readonly totalCpu: number | null;
}

/** What comes before a measurement: some time, and longer where operations are few for their code to be compiled. */
export type WarmUp = Pick<LoadOptions, 'milliseconds' | 'leastOperations' | 'mostMilliseconds'>;

export interface Turn {
  readonly running: RunningContender;
  readonly question: Question<never>;
  readonly dataset: Dataset;
  readonly meter: CpuMeter;
  readonly next: () => readonly Step[] | Promise<readonly Step[]>;
  readonly connections: number;
  readonly warmUp: WarmUp;
  readonly milliseconds: number;
}

/** Warms up, and measures. */
export async function takeTurn(turn: Turn): Promise<Figures> {
  const { running, question, dataset, next } = turn;
  const load = {
    url: running.url,
    keys: dataset.keys,
    connections: question.connections ?? turn.connections,
    next,
  };
  let result = { operations: 0, seconds: 0, latencies: [] as readonly number[] };
  const sleep = running.contender.isFromMemory ? stayAwake() : null;
  let cpu;
  try {
    await runLoad({ ...load, ...turn.warmUp });
    if (question.written !== undefined) await turn.meter.settleWrites();
    cpu = await turn.meter.measure(running, async () => {
      result = await runLoad({ ...load, milliseconds: turn.milliseconds });
    });
  } finally {
    sleep?.();
  }
  const { operations, seconds, latencies } = result;
  const serverCpu = cpu.server / operations;
  const postgresqlCpu = cpu.postgresql === null ? null : cpu.postgresql / operations;
  return {
    perSecond: operations / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    serverCpu,
    postgresqlCpu,
    totalCpu: postgresqlCpu === null ? null : serverCpu + postgresqlCpu,
  };
}

/** Each figure's median over the rounds. */
export function medianFigures(rounds: readonly Figures[]): Figures {
  const of = (name: keyof Figures) => median(rounds.map((round) => round[name] as number));
  const hasDatabase = rounds.every((round) => round.postgresqlCpu !== null);
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    serverCpu: of('serverCpu'),
    postgresqlCpu: hasDatabase ? of('postgresqlCpu') : null,
    totalCpu: hasDatabase ? of('totalCpu') : null,
  };
}
