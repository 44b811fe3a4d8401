import { bucketOf, bucketsBetween, type Counting, type Expected } from './counted-anew.ts';
import type { RawAnswer, RawSend } from './raw-answers.ts';

/**
 * What a metric query over surveys should be answered with, counted anew over the rows of invitations
 * and responses: slowly, one after the other, with nothing of what the server answers by.
 */
export interface RawSurveys {
  readonly sends: readonly RawSend[];
  readonly answers: readonly RawAnswer[];
}

/** Something that happened on a day. */
interface Happened {
  readonly what: 'sent' | 'started' | 'answered';
  readonly day: string;
  readonly raw: RawSend | RawAnswer;
}

type Value = { value: number | null; n: number; tolerance: number };

const HIGHEST: Readonly<Record<string, number>> = {
  NPS_10: 10,
  POINTS_3: 3,
  POINTS_5: 5,
  POINTS_7: 7,
  POINTS_10: 10,
};

function allThatHappened({ sends, answers }: RawSurveys): Happened[] {
  return [
    ...sends.map((raw) => ({ what: 'sent' as const, day: raw.day, raw })),
    ...answers.map((raw) => ({ what: 'started' as const, day: raw.startedOn, raw })),
    ...answers.flatMap((raw) =>
      raw.completedOn === null ? [] : [{ what: 'answered' as const, day: raw.completedOn, raw }],
    ),
  ];
}

/** Values of dimensions by what the database has: ids are for whoever compares. */
function keysOf({ raw }: Happened, dimension: string, { groups }: Counting): (string | null)[] {
  switch (dimension) {
    case 'LOCATION':
      return [raw.location];
    case 'GROUP': {
      const found: (string | null)[] = [];
      for (let group = raw.group; group !== null; group = groups.get(group) ?? null) {
        found.push(group);
      }
      return found.length > 0 ? found : [null];
    }
    case 'SURVEY':
      return [raw.survey];
    case 'SURVEY_VERSION':
      return [`${raw.survey} ${raw.version}`];
    case 'CHANNEL':
      return [raw.channel];
    case 'TOUCHPOINT':
      return [raw.touchpoint || null];
    case 'QUESTION_COUNT':
      return [String(raw.questions)];
    case 'SURVEY_SCALE':
      return [raw.scale || null];
    default:
      throw new Error(dimension);
  }
}

export function surveysCountedAnew(rows: RawSurveys, counting: Counting): Expected[] {
  const { dimensions, measures, granularity, from, to } = counting;
  const groups = new Map<string, Happened[]>();
  for (const happened of allThatHappened(rows)) {
    if (happened.day < from || happened.day > to) continue;
    const combinations = dimensions.reduce<(string | null)[][]>(
      (all, dimension) =>
        all.flatMap((keys) => keysOf(happened, dimension, counting).map((key) => [...keys, key])),
      [[]],
    );
    for (const keys of combinations) {
      const name = JSON.stringify(keys);
      groups.set(name, [...(groups.get(name) ?? []), happened]);
    }
  }
  if (dimensions.length === 0 && groups.size === 0) groups.set('[]', []);
  const buckets = bucketsBetween(counting);
  return [...groups].flatMap(([name, own]) =>
    buckets.map((bucket) => {
      const here = own.filter((each) => bucketOf(each.day, granularity) === bucket);
      return {
        bucket,
        keys: JSON.parse(name) as (string | null)[],
        values: Object.fromEntries(measures.map((measure) => [measure, valueOf(measure, here)])),
      };
    }),
  );
}

const mean = (numbers: readonly number[]) =>
  numbers.length === 0 ? null : numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

function share<T>(all: readonly T[], isCounted: (each: T) => boolean) {
  return { value: mean(all.map((each) => Number(isCounted(each)))), n: all.length };
}

function percentile(answers: readonly RawAnswer[], percent: number): Value {
  const times = answers.flatMap(({ took }) => (took === null ? [] : [took / 1000]));
  times.sort((a, b) => a - b);
  const value = times[Math.ceil((times.length * percent) / 100) - 1] ?? null;
  return { value, n: times.length, tolerance: value === null ? 0 : Math.max(0.5, 0.02 * value) };
}

function valueOf(measure: string, happened: readonly Happened[]): Value {
  const of = (what: Happened['what']) =>
    happened.filter((each) => each.what === what).map(({ raw }) => raw);
  const sends = of('sent') as RawSend[];
  const started = of('started');
  const answers = of('answered') as RawAnswer[];
  const scored = (kind: string) =>
    answers.filter((answer) => answer.kind === kind && answer.score !== null);
  const average = (kind: string) => {
    const scores = scored(kind).map(({ score }) => score as number);
    return { value: mean(scores), n: scores.length };
  };
  const nps = scored('NPS');
  const inNps = (least: number, most: number) =>
    nps.filter(({ score }) => score !== null && score >= least && score <= most).length;
  const isPositive = ({ sentiment }: RawAnswer) => sentiment === 'POSITIVE';
  const took = answers.flatMap((answer) => answer.took ?? []);
  const measures: Readonly<Record<string, () => { value: number | null; n: number }>> = {
    NPS: () => ({
      value: nps.length === 0 ? null : (100 * (inNps(9, 10) - inNps(0, 6))) / nps.length,
      n: nps.length,
    }),
    NPS_PROMOTERS: () => ({ value: inNps(9, 10), n: nps.length }),
    NPS_PASSIVES: () => ({ value: inNps(7, 8), n: nps.length }),
    NPS_DETRACTORS: () => ({ value: inNps(0, 6), n: nps.length }),
    CSAT_AVERAGE: () => average('CSAT'),
    CSAT_TOP_BOX_SHARE: () => share(scored('CSAT'), ({ score, scale }) => score === HIGHEST[scale]),
    CSAT_SATISFIED_SHARE: () => share(scored('CSAT'), isPositive),
    CES_AVERAGE: () => average('CES'),
    CES_EASY_SHARE: () => share(scored('CES'), isPositive),
    SURVEY_SENT: () => ({ value: sends.length, n: sends.length }),
    SURVEY_STARTED: () => ({ value: started.length, n: started.length }),
    SURVEY_ANSWERS: () => ({ value: answers.length, n: answers.length }),
    SURVEY_COMPLETION_RATE: () => share(sends, ({ isAnswered }) => isAnswered),
    SURVEY_RESPONSE_TIME_AVERAGE: () => {
      const value = mean(took);
      return { value: value === null ? null : value / 1000, n: took.length };
    },
  };
  const percent = /_P(\d+)$/.exec(measure)?.[1];
  if (percent !== undefined) return percentile(answers, Number(percent));
  const work = measures[measure];
  if (work === undefined) throw new Error(`${measure} is not counted anew`);
  return { ...work(), tolerance: 1e-6 };
}
