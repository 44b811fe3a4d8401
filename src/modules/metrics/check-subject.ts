import { badQuery } from './bad-query.ts';
import type { MetricDimension } from './dimensions.ts';
import { type Measure, type MetricSubject, subjectOf } from './measure.ts';
import { MEASURES } from './measures.ts';
import type { MetricFilter } from './metric-query.input.ts';

const OF_PLACES = ['locationIds', 'locationExternalIds', 'groupIds'] as const;

/** What a query over a subject can be filtered by. */
const FILTERS: Readonly<Record<MetricSubject, readonly (keyof MetricFilter)[]>> = {
  REVIEWS: [...OF_PLACES, 'sources', 'languages', 'sentiments', 'ratingScales'],
  SURVEYS: [...OF_PLACES, 'surveyIds', 'surveyKeys', 'surveyScales', 'channels', 'touchpoints'],
  CUSTOMERS: [],
};

const WORDS: Readonly<Record<MetricSubject, string>> = {
  REVIEWS: 'reviews',
  SURVEYS: 'surveys',
  CUSTOMERS: 'customers',
};

/**
 * What the measures of a query are over: one thing, since reviews, surveys and customers have other
 * days, and other dimensions.
 * @throws GraphQLError
 */
export function oneSubject(measures: readonly Measure[]): MetricSubject {
  const [first] = measures as [Measure, ...Measure[]];
  const subject = subjectOf(first);
  const other = measures.findIndex((measure) => subjectOf(measure) !== subject);
  if (other < 0) return subject;
  const { name } = measures[other] as Measure;
  throw badQuery(
    ['measures', other],
    `${name} is over ${WORDS[subjectOf(measures[other] as Measure)]}, and ${first.name} over ${WORDS[subject]}: ask for them by a query each.`,
    (MEASURES as readonly Measure[])
      .filter((measure) => subjectOf(measure) === subject)
      .map((measure) => measure.name),
  );
}

/** @throws GraphQLError where the filter is by what the subject does not have */
export function assertFilterFits(
  subject: MetricSubject,
  { name }: Measure,
  filter: MetricFilter,
): void {
  const allowed = FILTERS[subject];
  for (const [key, values] of Object.entries(filter)) {
    if (values == null || (allowed as readonly string[]).includes(key)) continue;
    throw badQuery(
      ['filter', key],
      `${name} is over ${WORDS[subject]}, which cannot be filtered by \`${key}\`; they can ${
        allowed.length === 0 ? 'by nothing' : `by ${allowed.join(', ')}`
      }.`,
      allowed,
    );
  }
}

/** Scores on several scales have no average. */
export function assertOneSurveyScale(
  measures: readonly Measure[],
  dimensions: readonly MetricDimension[],
  { surveyScales }: MetricFilter,
): void {
  const index = measures.findIndex(({ isOfOneScale }) => isOfOneScale === true);
  if (index < 0 || dimensions.includes('SURVEY_SCALE') || surveyScales?.length === 1) return;
  const { name } = measures[index] as Measure;
  const instead = name.startsWith('CES') ? 'CES_EASY_SHARE' : 'CSAT_SATISFIED_SHARE';
  throw badQuery(
    ['measures', index],
    `${name} is over one scale: add the dimension SURVEY_SCALE, or a filter with one of \`surveyScales\`; ${instead} is over all scales.`,
    ['dimension SURVEY_SCALE', 'filter of one surveyScales'],
  );
}

/** @throws GraphQLError where each location is asked by itself, and the measure knows of none */
export function assertKnowsLocations(measures: readonly Measure[]): void {
  const index = measures.findIndex((measure) => subjectOf(measure) === 'CUSTOMERS');
  if (index < 0) return;
  const { name } = measures[index] as Measure;
  throw badQuery(
    ['measures', index],
    `${name} is over customers, who belong to no location: ask \`metrics\` of the organization.`,
    (MEASURES as readonly Measure[])
      .filter((measure) => subjectOf(measure) !== 'CUSTOMERS')
      .map((measure) => measure.name),
  );
}

/** @throws GraphQLError where reviews are asked for behind what is over something else */
export function assertOfReviews(subject: MetricSubject, [first]: readonly Measure[]): void {
  if (subject === 'REVIEWS') return;
  throw badQuery(
    ['measures', 0],
    `${first?.name} is over ${WORDS[subject]}: no review stands behind it.`,
  );
}
