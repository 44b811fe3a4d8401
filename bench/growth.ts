import type pg from 'pg';
import { type BenchOptions, chosen, connected, lockDataset } from './bench.ts';
import { CONTENDERS } from './contenders/index.ts';
import { type Dataset, dropDataset, openDataset } from './dataset/dataset.ts';
import { restoreDataset } from './dataset/restore.ts';
import { checkAgreement } from './measure/agreement.ts';
import { pinLoad } from './measure/cores.ts';
import { CpuMeter } from './measure/cpu.ts';
import { type DatabaseWork, databaseWork } from './measure/database-work.ts';
import { type Figures, medianFigures } from './measure/measure.ts';
import { type Entry, operationsOf, takeRounds } from './measure/rounds.ts';
import { type RunningContender, startContender, stopContenders } from './measure/server-process.ts';
import { say } from './process.ts';
import { QUESTIONS } from './questions/index.ts';
import type { Question } from './questions/question.ts';
import { publishGrowth } from './report/growth.ts';

/** One contender's figures for one question at one size. */
export interface GrowthFigures {
  readonly contender: string;
  readonly reviews: number;
  readonly figures: Figures;
  /** Null for whoever shares a database with others. */
  readonly work: DatabaseWork | null;
}

export interface Growth {
  readonly question: Question<never>;
  readonly figures: readonly GrowthFigures[];
}

/** A dataset with the servers over it. */
interface Site {
  readonly dataset: Dataset;
  readonly client: pg.Client;
  readonly running: readonly RunningContender[];
}

/** Whose growth is looked at where nobody says. */
const LOOKED_AT = ['antiphon', 'limit'];

/**
 * The same reads over datasets of several lengths. The servers of all of them run side by side and
 * take turns, so that a machine that slows down slows all of them.
 */
export async function growth(options: BenchOptions, sizes: readonly number[]): Promise<void> {
  const sites: Site[] = [];
  const reads = chosen(QUESTIONS, options.only).filter(
    ({ written, isBrief }) => written === undefined && isBrief !== true,
  );
  for (const reviews of sizes) sites.push(await openSite(options, reviews, reads));
  pinLoad();
  const meter = await CpuMeter.open(options.databaseUrl);
  try {
    const grown: Growth[] = [];
    for (const question of reads) grown.push(await growthOf(question, sites, { options, meter }));
    await publishGrowth(grown, { options, sizes, client: sites[0]!.client });
  } finally {
    await meter.close();
    await stopContenders();
    for (const { client, dataset } of sites) {
      await client.end();
      if (options.drop) await dropDataset(options.databaseUrl, dataset);
    }
  }
}

async function openSite(
  options: BenchOptions,
  reviews: number,
  reads: readonly Question<never>[],
): Promise<Site> {
  const dataset = await openDataset(options.databaseUrl, { ...options, reviews });
  const client = await connected(dataset.url);
  await lockDataset(client);
  // Of a run that was broken off.
  await restoreDataset(client, dataset);
  const running: RunningContender[] = [];
  for (const contender of chosen(CONTENDERS, options.contenders ?? LOOKED_AT)) {
    const asks = contender.asks(dataset);
    if (!reads.some(({ name }) => name in asks)) continue;
    running.push(await startContender(contender, asks, dataset));
  }
  return { dataset, client, running };
}

async function growthOf(
  question: Question<never>,
  sites: readonly Site[],
  { options, meter }: { readonly options: BenchOptions; readonly meter: CpuMeter },
): Promise<Growth> {
  const entries: Entry[] = [];
  for (const { dataset, client, running } of sites) {
    const asked = running.filter(({ asks }) => question.name in asks);
    await checkAgreement(question, asked, { client, dataset, samples: options.samples });
    for (const each of asked) {
      const next = await operationsOf(question, each, { client, dataset });
      const label = `${each.contender.name} ${dataset.reviews}`;
      entries.push({ running: each, dataset, next, label });
    }
  }
  say(`${question.name}: the contenders agree at each size`);
  const taken = await takeRounds(question, entries, { pace: options, meter });
  const alone = entries.filter(({ running }) => running.contender.name === 'antiphon');
  const work = await databaseWork(options.databaseUrl, alone);
  return {
    question,
    figures: entries.map((entry) => ({
      contender: entry.running.contender.name,
      reviews: entry.dataset.reviews,
      figures: medianFigures(taken.get(entry) ?? []),
      work: work.get(entry) ?? null,
    })),
  };
}
