import { MetricDimension, REVIEW_DIMENSIONS } from './dimensions.ts';
import { CUSTOMER_MEASURES } from './customer-measures.ts';
import { type Measure, quotient, type Reviews, sum } from './measure.ts';
import { SURVEY_MEASURES } from './survey-measures.ts';

/**
 * The measures of Antiphon, each said once: the schema's enum, the catalogue, the statements, the
 * checks and the links to the rows behind follow from here. To add one is to add its declaration
 * and its test.
 *
 * Those of reviews, here, go by the local day on which a review was written, so that the numbers of
 * one row are over the same reviews.
 */
const ALL_DIMENSIONS = REVIEW_DIMENSIONS.map(({ name }) => name);
/** For what looks at one sentiment already: split by sentiment it would say 0, 1 or nothing. */
const BUT_SENTIMENT = ALL_DIMENSIONS.filter((name) => name !== 'SENTIMENT');
const OF_PLACES = [MetricDimension.LOCATION, MetricDimension.GROUP];

const DOMAIN = 'As commonly defined.';

/** Sums of scores count in 1/3600, of times in milliseconds. */
const SCORE_SUM = sum('t.score_sum', 3600);
const SECONDS = sum('t.response_ms', 1000);
const REVIEWS = sum('t.reviews');
const RATED = sum('t.rated');
const RESPONDED = sum('t.responded');
const NEGATIVE = sum('t.negative');
const POSITIVE = sum('t.positive');

/** Σ rating = Σ (min + score × (max − min)), in 1/3600 as scores are. */
const RATING_SUM = sum(
  `case t.rating_scale when 'STARS_5' then 3600 * t.rated::bigint + 4 * t.score_sum ` +
    `when 'NUMERIC_10' then 3600 * t.rated::bigint + 9 * t.score_sum when 'THUMBS' then t.score_sum else 0 end`,
  3600,
);

const ALL: Reviews = {};
const ARE_RATED: Reviews = { hasRating: true };
const ARE_NEGATIVE: Reviews = { sentiments: ['NEGATIVE'] };
const ARE_POSITIVE: Reviews = { sentiments: ['POSITIVE'] };
const ARE_RESPONDED: Reviews = { awaitingResponse: false };
const ARE_TIMED: Reviews = { hasResponseTime: true };

function starsMeasure<const N extends 1 | 2 | 3 | 4 | 5>(stars: N) {
  return {
    name: `REVIEW_STARS_${stars}`,
    key: `review.stars${stars}`,
    title: stars === 1 ? '1 star' : `${stars} stars`,
    unit: 'COUNT',
    direction: 'NEUTRAL',
    formula: `Rated reviews whose score is nearest to ${stars} of 5 stars (half a star goes up). n: rated reviews.`,
    reason: 'Five such counts are the distribution of ratings, on one axis for all rating scales.',
    computed: { kind: 'count', numerator: sum(`t.stars_${stars}`), of: RATED },
    dimensions: ALL_DIMENSIONS,
    counted: ARE_RATED,
    inNumerator: { stars: [stars] },
  } as const satisfies Measure;
}

const reviews = [
  {
    name: 'REVIEW_COUNT',
    key: 'review.count',
    title: 'Reviews',
    unit: 'COUNT',
    direction: 'HIGHER_IS_BETTER',
    formula: 'Reviews, with and without a rating, public or not.',
    reason: DOMAIN,
    computed: { kind: 'count', numerator: REVIEWS, of: REVIEWS },
    dimensions: ALL_DIMENSIONS,
    counted: ALL,
    inNumerator: ALL,
  },
  {
    name: 'REVIEW_AVERAGE_SCORE',
    key: 'review.averageScore',
    title: 'Average score',
    unit: 'SCORE',
    direction: 'HIGHER_IS_BETTER',
    formula:
      'Σ score ÷ rated reviews, where score = (rating − min) ÷ (max − min) of its scale, 0..1.',
    reason: 'Scales cannot be averaged as they are; on 0..1 they can.',
    computed: quotient(SCORE_SUM, RATED),
    dimensions: ALL_DIMENSIONS,
    counted: ARE_RATED,
    inNumerator: ARE_RATED,
  },
  {
    name: 'REVIEW_AVERAGE_RATING',
    key: 'review.averageRating',
    title: 'Average rating',
    unit: 'RATING',
    direction: 'HIGHER_IS_BETTER',
    formula:
      'Σ rating ÷ rated reviews, on the scale as it is: needs the dimension RATING_SCALE, or a filter on one rating scale.',
    reason: 'What a review site shows; over several scales it would say nothing.',
    computed: quotient(RATING_SUM, RATED),
    dimensions: ALL_DIMENSIONS,
    isSegmented: true,
    counted: ARE_RATED,
    inNumerator: ARE_RATED,
  },
  starsMeasure(1),
  starsMeasure(2),
  starsMeasure(3),
  starsMeasure(4),
  starsMeasure(5),
  {
    name: 'REVIEW_NEGATIVE_SHARE',
    key: 'review.negativeShare',
    title: 'Negative share',
    unit: 'RATIO',
    direction: 'LOWER_IS_BETTER',
    formula: 'Negative reviews ÷ reviews.',
    reason: DOMAIN,
    computed: quotient(NEGATIVE, REVIEWS),
    dimensions: BUT_SENTIMENT,
    counted: ALL,
    inNumerator: ARE_NEGATIVE,
  },
  {
    name: 'REVIEW_POSITIVE_SHARE',
    key: 'review.positiveShare',
    title: 'Positive share',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula: 'Positive reviews ÷ reviews.',
    reason: DOMAIN,
    computed: quotient(POSITIVE, REVIEWS),
    dimensions: BUT_SENTIMENT,
    counted: ALL,
    inNumerator: ARE_POSITIVE,
  },
  {
    name: 'REVIEW_UPWARD_REVISION_RATE',
    key: 'review.upwardRevisionRate',
    title: 'Upward revision rate',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula:
      'Reviews with a published response whose score is above that of their first version ÷ reviews with a published response.',
    reason:
      'Whether answering is worth it shows in customers who come back and think better of it.',
    computed: quotient(sum('t.revised'), RESPONDED),
    dimensions: ALL_DIMENSIONS,
    counted: ARE_RESPONDED,
    inNumerator: { awaitingResponse: false, revisedUpward: true },
  },
] as const satisfies readonly Measure[];

const RATE_REASON = 'The measure of the response policy: whom it promises an answer.';

const responses = [
  {
    name: 'RESPONSE_COUNT',
    key: 'response.count',
    title: 'Reviews answered',
    unit: 'COUNT',
    direction: 'HIGHER_IS_BETTER',
    formula: 'Reviews with a published response. n: reviews.',
    reason: DOMAIN,
    computed: { kind: 'count', numerator: RESPONDED, of: REVIEWS },
    dimensions: ALL_DIMENSIONS,
    counted: ALL,
    inNumerator: ARE_RESPONDED,
  },
  {
    name: 'RESPONSE_RATE',
    key: 'response.rate',
    title: 'Response rate',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula: 'Reviews with a published response ÷ reviews.',
    reason: RATE_REASON,
    computed: quotient(RESPONDED, REVIEWS),
    dimensions: ALL_DIMENSIONS,
    counted: ALL,
    inNumerator: ARE_RESPONDED,
  },
  {
    name: 'RESPONSE_RATE_NEGATIVE',
    key: 'response.rate.negative',
    title: 'Response rate, negative',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula: 'Negative reviews with a published response ÷ negative reviews.',
    reason: RATE_REASON,
    computed: quotient(sum('t.responded_negative'), NEGATIVE),
    dimensions: BUT_SENTIMENT,
    counted: ARE_NEGATIVE,
    inNumerator: { ...ARE_NEGATIVE, ...ARE_RESPONDED },
  },
  {
    name: 'RESPONSE_RATE_POSITIVE',
    key: 'response.rate.positive',
    title: 'Response rate, positive',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula: 'Positive reviews with a published response ÷ positive reviews.',
    reason: RATE_REASON,
    computed: quotient(sum('t.responded_positive'), POSITIVE),
    dimensions: BUT_SENTIMENT,
    counted: ARE_POSITIVE,
    inNumerator: { ...ARE_POSITIVE, ...ARE_RESPONDED },
  },
  {
    name: 'RESPONSE_GOAL_MET_NEGATIVE',
    key: 'response.goalMet.negative',
    title: 'Response goal met, negative',
    unit: 'BOOLEAN',
    direction: 'HIGHER_IS_BETTER',
    formula:
      "1 where response.rate.negative is at least the organization's goal for negative reviews (by default 1), else 0.",
    reason: 'The goal of the response policy: every negative review gets an answer.',
    computed: {
      kind: 'goal',
      numerator: sum('t.responded_negative'),
      denominator: NEGATIVE,
      goal: 'goalNegative',
    },
    dimensions: BUT_SENTIMENT,
    counted: ARE_NEGATIVE,
    inNumerator: { ...ARE_NEGATIVE, ...ARE_RESPONDED },
  },
  {
    name: 'RESPONSE_GOAL_MET_POSITIVE',
    key: 'response.goalMet.positive',
    title: 'Response goal met, positive',
    unit: 'BOOLEAN',
    direction: 'HIGHER_IS_BETTER',
    formula:
      "1 where response.rate.positive is at least the organization's goal for positive reviews (by default 0.2), else 0.",
    reason: 'The goal of the response policy: some positive reviews get an answer too.',
    computed: {
      kind: 'goal',
      numerator: sum('t.responded_positive'),
      denominator: POSITIVE,
      goal: 'goalPositive',
    },
    dimensions: BUT_SENTIMENT,
    counted: ARE_POSITIVE,
    inNumerator: { ...ARE_POSITIVE, ...ARE_RESPONDED },
  },
] as const satisfies readonly Measure[];

function percentileMeasure<const P extends 50 | 90>(percent: P, title: string) {
  return {
    name: `RESPONSE_TIME_P${percent}`,
    key: `response.time.p${percent}`,
    title,
    unit: 'SECONDS',
    direction: 'LOWER_IS_BETTER',
    formula: `The least time that ${percent} % of the first responses took at most, from when the review came here (nearest rank); within 2 % of the exact time, and within half a second below one second.`,
    reason:
      'A few forgotten reviews spoil an average. Times are counted in buckets that grow by 4 % (DDSketch), because such counts add up, and percentiles do not.',
    computed: { kind: 'percentile', percent, of: sum('t.timed') },
    dimensions: ALL_DIMENSIONS,
    counted: ARE_TIMED,
    inNumerator: ARE_TIMED,
  } as const satisfies Measure;
}

const times = [
  {
    name: 'RESPONSE_TIME_AVERAGE',
    key: 'response.time.average',
    title: 'Average response time',
    unit: 'SECONDS',
    direction: 'LOWER_IS_BETTER',
    formula:
      'Σ (first published response − when the review came here) ÷ such responses; those published before the review came here (imported with it) are left out.',
    reason: DOMAIN,
    computed: quotient(SECONDS, sum('t.timed')),
    dimensions: ALL_DIMENSIONS,
    counted: ARE_TIMED,
    inNumerator: ARE_TIMED,
  },
  percentileMeasure(50, 'Median response time'),
  percentileMeasure(90, 'Response time, 90th percentile'),
  {
    name: 'RESPONSE_SLA_HIT_RATE',
    key: 'response.slaHitRate',
    title: 'Answered in time',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula:
      'Reviews answered by the time that was due ÷ (reviews answered + reviews overdue without an answer at `asOf`).',
    reason:
      'Counting only what was answered would hide what never is; what is not due yet is neither.',
    computed: { kind: 'slaHitRate', numerator: sum('t.in_time'), reviews: REVIEWS },
    dimensions: ALL_DIMENSIONS,
    counted: { slaStates: ['MET', 'MISSED', 'OVERDUE'] },
    inNumerator: { slaStates: ['MET'] },
  },
] as const satisfies readonly Measure[];

const reputation = {
  name: 'REPUTATION_SCORE',
  key: 'reputation.score',
  title: 'Reputation score',
  unit: 'POINTS',
  direction: 'HIGHER_IS_BETTER',
  formula:
    '1000 × Σ (weight × component) ÷ Σ weight, over the components that have data: volume, average, recency, sourceSpread, responseRate, responseSpeed, each 0..1.',
  reason:
    "One number to follow and to compare places by; the guide says why each component is as it is, and the weights are the organization's own.",
  computed: { kind: 'reputation', of: REVIEWS },
  dimensions: OF_PLACES,
  counted: ALL,
  inNumerator: ALL,
} as const satisfies Measure;

export const REVIEW_MEASURES = [...reviews, ...responses, ...times, reputation] as const;

export const MEASURES = [...REVIEW_MEASURES, ...SURVEY_MEASURES, ...CUSTOMER_MEASURES] as const;
export type MeasureName = (typeof MEASURES)[number]['name'];

export const MeasureName = Object.fromEntries(MEASURES.map(({ name }) => [name, name])) as {
  readonly [Name in MeasureName]: Name;
};

const byName: ReadonlyMap<string, Measure<MeasureName>> = new Map(
  MEASURES.map((measure) => [measure.name, measure]),
);

export function measureOf(name: MeasureName): Measure<MeasureName> {
  return byName.get(name) as Measure<MeasureName>;
}
