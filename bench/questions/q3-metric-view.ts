import { pick, type Question, randomFrom } from './question.ts';

export interface MetricViewVariables {
  /** A UUID, as all ids in variables. */
  readonly locationId: string;
  /** The first of the days, and the last, included. */
  readonly from: string;
  readonly to: string;
}

/** So many buckets. */
export const DAYS = 365;

/** The reviews are of three years. */
const FIRST_DAY = Date.UTC(2023, 0, 1);
const LAST_START = 3 * 365 - DAYS;
const DAY = 86_400_000;

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

export const metricView: Question<MetricViewVariables> = {
  name: 'Q3',
  title:
    'Metric view: 365 daily buckets of a location, with how many reviews there were and their average score',
  key: 'secret',
  async variables(_client, { locationIds }) {
    const random = randomFrom(3);
    return () => {
      const locationId = pick(locationIds, random);
      const first = FIRST_DAY + Math.floor(random() * LAST_START) * DAY;
      return { locationId, from: dayOf(first), to: dayOf(first + (DAYS - 1) * DAY) };
    };
  },
};
