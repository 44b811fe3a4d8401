import { type MetricSettings, type ReputationComponent } from './metric-settings.ts';

/** What the reputation score of some reviews is made of. */
export interface ReputationFacts {
  readonly reviews: number;
  readonly rated: number;
  /** Σ score, 0..1 each. */
  readonly scoreSum: number;
  readonly responded: number;
  /** Responded by the time that was due. */
  readonly inTime: number;
  /** Days from the last review to the end of the period; null without reviews. */
  readonly daysSinceLatest: number | null;
  /** Σ (reviews of a source)². */
  readonly squaresOfSources: number;
}

/** One component of a score, as it is told. */
export interface ComponentData {
  readonly component: ReputationComponentName;
  /** 0..1; null where there is no data, and the others bear the whole weight. */
  readonly value: number | null;
  /** Its share of the whole, 0..1, over the components that have data. */
  readonly weight: number;
  /** What it adds to the score. */
  readonly points: number;
}

/** As many reviews as this are enough: more of them say nothing new. */
const ENOUGH_REVIEWS = 100;
/** In so many days without a new review, the recency halves. */
const HALF_LIFE_DAYS = 30;
/** Reviews spread evenly over so many sources are spread enough. */
const ENOUGH_SOURCES = 3;
const MOST_POINTS = 1000;

type ValueOf = (facts: ReputationFacts) => number | null;

/** Each 0..1. The guide to metrics tells the same in words, with the reasons. */
const COMPONENTS: Readonly<Record<ReputationComponent, ValueOf>> = {
  // The tenth review tells more than the thousandth: by the logarithm, up to what is enough.
  volume: ({ reviews }) => Math.min(1, Math.log1p(reviews) / Math.log1p(ENOUGH_REVIEWS)),
  average: ({ rated, scoreSum }) => (rated === 0 ? null : scoreSum / rated),
  recency: ({ daysSinceLatest }) =>
    daysSinceLatest === null ? null : 2 ** (-daysSinceLatest / HALF_LIFE_DAYS),
  // The effective number of sources (the inverse of Simpson's index): 1 where all is on one.
  sourceSpread: ({ reviews, squaresOfSources }) =>
    reviews === 0 || squaresOfSources === 0
      ? null
      : Math.min(1, (reviews ** 2 / squaresOfSources - 1) / (ENOUGH_SOURCES - 1)),
  responseRate: ({ reviews, responded }) => (reviews === 0 ? null : responded / reviews),
  // By the organization's own promise, so that it is fair to those who promise less.
  responseSpeed: ({ responded, inTime }) => (responded === 0 ? null : inTime / responded),
};

/** As the schema names them. */
export const ReputationComponentName = {
  VOLUME: 'VOLUME',
  AVERAGE: 'AVERAGE',
  RECENCY: 'RECENCY',
  SOURCE_SPREAD: 'SOURCE_SPREAD',
  RESPONSE_RATE: 'RESPONSE_RATE',
  RESPONSE_SPEED: 'RESPONSE_SPEED',
} as const;
export type ReputationComponentName = keyof typeof ReputationComponentName;

const NAMES: Readonly<Record<ReputationComponent, ReputationComponentName>> = {
  volume: 'VOLUME',
  average: 'AVERAGE',
  recency: 'RECENCY',
  sourceSpread: 'SOURCE_SPREAD',
  responseRate: 'RESPONSE_RATE',
  responseSpeed: 'RESPONSE_SPEED',
};

export interface Reputation {
  /** 0..1000; null without reviews, or where nothing that has data has a weight. */
  readonly score: number | null;
  readonly components: readonly ComponentData[];
}

export function reputationOf(facts: ReputationFacts, { weights }: MetricSettings): Reputation {
  const values = (Object.keys(COMPONENTS) as ReputationComponent[]).map((name) => {
    const value = facts.reviews === 0 ? null : COMPONENTS[name](facts);
    return { name, value, weight: value === null ? 0 : weights[name] };
  });
  const whole = values.reduce((sum, { weight }) => sum + weight, 0);
  const components = values.map(({ name, value, weight }) => {
    const share = whole === 0 ? 0 : weight / whole;
    const points = MOST_POINTS * share * (value ?? 0);
    return { component: NAMES[name], value, weight: share, points };
  });
  const score = components.reduce((sum, { points }) => sum + points, 0);
  return { score: whole === 0 ? null : score, components };
}
