import type { ReviewFilter } from '../reviews/index.ts';
import { SURVEY_DIMENSIONS } from './survey-dimensions.ts';

/** By what numbers can be split, beside time. */
export interface Dimension<Name extends string = string> {
  readonly name: Name;
  readonly title: string;
  readonly description: string;
  /** The column of a row of the rollups that it is; of the places' membership for a group. */
  readonly sql: string;
  /** Only the rollup of segments tells them apart. */
  readonly isSegmented: boolean;
  /** The reviews of one of its values; null: of those without one. Without it, reviews cannot be split so. */
  readonly reviews?: (value: string | null) => ReviewFilter;
}

const LOCATION = {
  name: 'LOCATION',
  title: 'Location',
  description: 'Null where a review or an answer belongs to no location.',
  sql: 't.place_id',
  isSegmented: false,
  reviews: (id) => (id === null ? { hasLocation: false } : { locationIds: [id] }),
} as const satisfies Dimension;

const GROUP = {
  name: 'GROUP',
  title: 'Location group',
  description:
    'A review or an answer counts in the group of its location and in each group above that, so the rows of groups overlap; null where there is no group.',
  sql: 'm.group_id',
  isSegmented: false,
  reviews: (id) => (id === null ? { hasGroup: false } : { groupIds: [id] }),
} as const satisfies Dimension;

const SOURCE = {
  name: 'SOURCE',
  title: 'Source',
  description: 'The site that a review was written on.',
  sql: 't.source',
  isSegmented: true,
  reviews: (value) => ({ sources: [value] as NonNullable<ReviewFilter['sources']> }),
} as const satisfies Dimension;

const LANGUAGE = {
  name: 'LANGUAGE',
  title: 'Language',
  description: 'Of the review, as BCP 47; `und` where it cannot be told.',
  sql: 't.language',
  isSegmented: true,
  reviews: (value) => ({ languages: [value as string] }),
} as const satisfies Dimension;

const SENTIMENT = {
  name: 'SENTIMENT',
  title: 'Sentiment',
  description: 'As the thresholds of the organization have it.',
  sql: 't.sentiment',
  isSegmented: true,
  reviews: (value) => ({ sentiments: [value] as NonNullable<ReviewFilter['sentiments']> }),
} as const satisfies Dimension;

const RATING_SCALE = {
  name: 'RATING_SCALE',
  title: 'Rating scale',
  description: 'How a review was rated.',
  sql: 't.rating_scale',
  isSegmented: true,
  reviews: (value) => ({ ratingScales: [value] as NonNullable<ReviewFilter['ratingScales']> }),
} as const satisfies Dimension;

export const REVIEW_DIMENSIONS = [
  LOCATION,
  GROUP,
  SOURCE,
  LANGUAGE,
  SENTIMENT,
  RATING_SCALE,
] as const;
export const DIMENSIONS = [...REVIEW_DIMENSIONS, ...SURVEY_DIMENSIONS] as const;
export type MetricDimension = (typeof DIMENSIONS)[number]['name'];

export const MetricDimension = Object.fromEntries(DIMENSIONS.map(({ name }) => [name, name])) as {
  readonly [Name in MetricDimension]: Name;
};

const byName: ReadonlyMap<string, Dimension<MetricDimension>> = new Map(
  DIMENSIONS.map((dimension) => [dimension.name, dimension]),
);

export function dimensionOf(name: MetricDimension): Dimension<MetricDimension> {
  return byName.get(name) as Dimension<MetricDimension>;
}
