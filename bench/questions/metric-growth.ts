/**
 * Questions about numbers that are asked of Antiphon alone: what they cost at one size of the dataset
 * is held against what they cost at another.
 */
import { pick, pickSome, type Question, randomFrom } from './question.ts';

/** A range of days, the last one included, and what it is about. */
export interface RankingVariables {
  /** UUIDs, as all ids in variables. */
  readonly locationIds: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** The reviews are of three years. */
const YEARS = [2023, 2024, 2025];

export const ranking: Question<RankingVariables> = {
  name: 'ranking',
  title: 'Ranking: 12 months of 500 locations by location, their average score',
  key: 'secret',
  // An answer is 6,000 rows.
  connections: 4,
  async variables(_client, { locationIds }) {
    const random = randomFrom(31);
    return () => {
      const year = pick(YEARS, random);
      const some = pickSome(locationIds, 500, random);
      return { locationIds: some, from: `${year}-01-01`, to: `${year}-12-31` };
    };
  },
};

export interface OverviewVariables {
  readonly from: string;
  readonly to: string;
}

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2023, 1, 1);
const DAYS = 1_000;

export const overview: Question<OverviewVariables> = {
  name: 'overview',
  title: 'The view `overview`: 30 days, three measures, and those before',
  key: 'secret',
  async variables() {
    const random = randomFrom(32);
    const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
    return () => {
      const first = FIRST_DAY + Math.floor(random() * DAYS) * DAY;
      return { from: dayOf(first), to: dayOf(first + 29 * DAY) };
    };
  },
};
