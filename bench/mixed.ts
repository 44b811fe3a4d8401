import { type BenchOptions, connected, lockDataset } from './bench.ts';
import { antiphon, cachedEnvironment } from './contenders/antiphon.ts';
import type { Contender } from './contenders/contender.ts';
import { dropDataset, openDataset } from './dataset/dataset.ts';
import { restoreDataset } from './dataset/restore.ts';
import { pinLoad } from './measure/cores.ts';
import { type Memory, memoryOf } from './measure/heap.ts';
import { type LoadResult, runLoad } from './measure/load.ts';
import { type Feed, operationsOf } from './measure/rounds.ts';
import { type RunningContender, startContender, stopContenders } from './measure/server-process.ts';
import { say } from './process.ts';
import { QUESTIONS } from './questions/index.ts';
import { pick, randomFrom } from './questions/question.ts';
import { publishMixed } from './report/mixed.ts';

export interface MixedOptions extends BenchOptions {
  readonly runs: number;
}

/** One of the runs. */
export interface MixedRun {
  readonly result: LoadResult;
  /** How often each message came. */
  readonly errors: ReadonlyMap<string, number>;
  readonly before: Memory;
  readonly after: Memory;
}

/** As it is by default, but for the limits that are there against abuse. */
const mixedUp: Contender = { ...antiphon, environment: cachedEnvironment };

/** Of a hundred operations. A call of Q6 is a thousand rows, and would be most of the work. */
const SHARES = { writes: 10, imports: 0.1 };

/** All operations at once, again and again: nothing fails, and nothing is kept. */
export async function mixed(options: MixedOptions): Promise<void> {
  const dataset = await openDataset(options.databaseUrl, options);
  pinLoad();
  const client = await connected(dataset.url);
  try {
    await lockDataset(client);
    await restoreDataset(client, dataset);
    const running = await startContender(mixedUp, mixedUp.asks(dataset), dataset, {
      isInspected: true,
    });
    const reads: Feed[] = [];
    const writes: Feed[] = [];
    const imports: Feed[] = [];
    for (const question of QUESTIONS) {
      if (!(question.name in running.asks) || question.name === 'rollups') continue;
      const feed = await operationsOf(question, running, { client, dataset });
      if (question.name === 'Q6') imports.push(feed);
      else (question.written === undefined ? reads : writes).push(feed);
    }
    const random = randomFrom(0);
    const next: Feed = () => {
      const drawn = 100 * random();
      if (drawn < SHARES.imports) return pick(imports, random)();
      return pick(drawn < SHARES.writes ? writes : reads, random)();
    };
    const kinds = reads.length + writes.length + imports.length;
    say(`${kinds} kinds of operations on ${options.connections} connections`);
    const load = { url: running.url, keys: dataset.keys, connections: options.connections, next };
    await runLoad({ ...load, milliseconds: options.warmUp * 1_000, onError: () => undefined });
    const runs: MixedRun[] = [];
    for (let run = 0; run < options.runs; run++) {
      runs.push(await oneRun(running, { ...load, milliseconds: options.seconds * 1_000 }));
      say(`run ${run + 1}/${options.runs}: ${told(runs.at(-1)!)}`);
    }
    await stopContenders();
    await restoreDataset(client, dataset);
    await publishMixed(runs, { options, kinds, shares: SHARES, client, dataset });
  } finally {
    await stopContenders();
    await client.end();
    if (options.drop) await dropDataset(options.databaseUrl, dataset);
  }
}

async function oneRun(
  { pid, inspector }: RunningContender,
  load: Parameters<typeof runLoad>[0],
): Promise<MixedRun> {
  const errors = new Map<string, number>();
  const onError = ({ message }: Error) => void errors.set(message, (errors.get(message) ?? 0) + 1);
  const before = await memoryOf(inspector as string, pid);
  const result = await runLoad({ ...load, onError });
  const after = await memoryOf(inspector as string, pid);
  return { result, errors, before, after };
}

function told({ result, errors, before, after }: MixedRun): string {
  const failed = [...errors.values()].reduce((sum, count) => sum + count, 0);
  const megabytes = ({ heap }: Memory) => `${(heap / 1e6).toFixed(1)} MB`;
  const [first] = errors.keys();
  return (
    `${result.operations} operations, ${failed} errors${first ? ` (${first.slice(0, 300)})` : ''}, ` +
    `heap ${megabytes(before)} → ${megabytes(after)}`
  );
}
