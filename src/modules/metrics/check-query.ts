import { decodeId } from '../../graphql/ids.ts';
import { badQuery } from './bad-query.ts';
import { assertFilterFits, assertOneSurveyScale, oneSubject } from './check-subject.ts';
import { DIMENSIONS, dimensionOf, MetricDimension } from './dimensions.ts';
import { BUCKETS, type Granularity } from './granularity.ts';
import { localDay } from './local-days.ts';
import type { Measure, MetricSubject } from './measure.ts';
import { measureOf, MeasureName } from './measures.ts';
import type { MetricFilter, MetricQuery } from './metric-query.input.ts';
import { type Period, periodsOf } from './range.ts';

/** Rows × measures of one answer. */
export const MAX_CELLS = 10_000;
const MAX_MEASURES = 30;

/** A query that can be answered: its ways of saying things resolved, and its limits held. */
export interface CheckedQuery {
  readonly subject: MetricSubject;
  readonly measures: readonly Measure<MeasureName>[];
  readonly dimensions: readonly MetricDimension[];
  readonly filter: MetricFilter;
  readonly range: Period;
  /** The period before, where it is to be compared with. */
  readonly previous: Period | null;
  readonly granularity: Granularity | null;
  /** More rows than that have too many cells. */
  readonly maxRows: number;
}

/**
 * What can be said of a query without reading anything. Pure: a view is checked with it before it
 * is saved, and again whenever it is asked.
 *
 * @param organizationZone what day `now` is
 * @throws GraphQLError that says where, why, and what is allowed
 */
export function checkedQuery(
  query: MetricQuery,
  now: Date,
  organizationZone: string,
): CheckedQuery {
  const measures = measuresOf(query);
  const subject = oneSubject(measures);
  const dimensions = dimensionsOf(query, measures);
  const filter = checkedFilter(query.filter ?? {});
  assertFilterFits(subject, measures[0] as Measure, filter);
  assertOneScale(measures, dimensions, filter);
  assertOneSurveyScale(measures, dimensions, filter);
  const { range, previous } = periodsOf(query.range, localDay(now, organizationZone));
  const granularity = query.granularity ?? null;
  const maxRows = Math.floor(MAX_CELLS / measures.length);
  const checked = {
    subject,
    measures,
    dimensions,
    filter,
    range,
    previous: query.compare === true ? previous : null,
    granularity,
    maxRows,
  };
  assertFits(checked, bucketCount(checked));
  return checked;
}

/** How many buckets the range has; 1 without a granularity. */
export function bucketCount({
  range,
  granularity,
}: Pick<CheckedQuery, 'range' | 'granularity'>): number {
  if (granularity === null) return 1;
  const { numberOf } = BUCKETS[granularity];
  return numberOf(range.to) - numberOf(range.from) + 1;
}

/** @throws GraphQLError where so many rows have too many cells */
export function assertFits({ measures, maxRows }: CheckedQuery, rows: number, more = false): void {
  if (rows <= maxRows) return;
  throw badQuery(
    [],
    `The answer would have ${more ? 'more than ' : ''}${rows} rows of ${measures.length} measures; ` +
      `${MAX_CELLS.toLocaleString('en')} cells (rows × measures) is the limit. Take a shorter range, a coarser granularity, a filter, or fewer dimensions or measures.`,
    [MAX_CELLS],
  );
}

function measuresOf({ measures }: MetricQuery): Measure<MeasureName>[] {
  if (measures.length < 1 || measures.length > MAX_MEASURES) {
    throw badQuery(
      ['measures'],
      `A query takes 1 to ${MAX_MEASURES} measures; this one has ${measures.length}.`,
      Object.keys(MeasureName),
    );
  }
  assertEachOnce('measures', measures);
  return measures.map((name, index) => {
    const measure = measureOf(name);
    // A stored query may name what this version does not know.
    if (measure === undefined) {
      const known = Object.keys(MeasureName);
      throw badQuery(['measures', index], `There is no measure ${String(name)}.`, known);
    }
    return measure;
  });
}

function dimensionsOf(
  { dimensions = [] }: MetricQuery,
  measures: readonly Measure<MeasureName>[],
): readonly MetricDimension[] {
  assertEachOnce('dimensions', dimensions);
  dimensions.forEach((name, index) => {
    if (!(name in MetricDimension)) {
      const known = DIMENSIONS.map((dimension) => dimension.name);
      throw badQuery(['dimensions', index], `There is no dimension ${String(name)}.`, known);
    }
    for (const measure of measures) {
      if (measure.dimensions.includes(name)) continue;
      throw badQuery(
        ['dimensions', index],
        `${measure.name} cannot be split by ${name}; it can by ${measure.dimensions.join(', ') || 'time alone'}.`,
        measure.dimensions,
      );
    }
  });
  return dimensions;
}

function assertEachOnce(name: string, values: readonly string[]): void {
  const again = values.findIndex((value, index) => values.indexOf(value) < index);
  if (again < 0) return;
  throw badQuery([name, again], `${String(values[again])} is given twice; give each once.`);
}

/** Ids are looked at here, so that a wrong one is told before anything is read. */
function checkedFilter(filter: MetricFilter): MetricFilter {
  assertIds('locationIds', 'Location', filter.locationIds);
  assertIds('groupIds', 'LocationGroup', filter.groupIds);
  assertIds('surveyIds', 'Survey', filter.surveyIds);
  return filter;
}

function assertIds(
  name: 'locationIds' | 'groupIds' | 'surveyIds',
  type: 'Location' | 'LocationGroup' | 'Survey',
  ids: readonly string[] | null | undefined,
): void {
  ids?.forEach((id, index) => {
    try {
      decodeId(type, id);
    } catch (error) {
      throw badQuery(['filter', name, index], (error as Error).message);
    }
  });
}

/** Ratings of several scales have no average. */
function assertOneScale(
  measures: readonly Measure<MeasureName>[],
  dimensions: readonly MetricDimension[],
  { ratingScales }: MetricFilter,
): void {
  if (!measures.some(({ name }) => name === 'REVIEW_AVERAGE_RATING')) return;
  if (dimensions.includes('RATING_SCALE') || ratingScales?.length === 1) return;
  throw badQuery(
    ['measures', measures.findIndex(({ name }) => name === 'REVIEW_AVERAGE_RATING')],
    'REVIEW_AVERAGE_RATING is over one rating scale: add the dimension RATING_SCALE, or a filter with one of `ratingScales`; REVIEW_AVERAGE_SCORE is over all scales.',
    ['dimension RATING_SCALE', 'filter of one ratingScales'],
  );
}

/** Whether the answer needs rows by kind of review, and not the totals alone. */
export function isSegmented({ measures, dimensions, filter }: CheckedQuery): boolean {
  return (
    dimensions.some((name) => dimensionOf(name).isSegmented) ||
    filter.sources != null ||
    filter.languages != null ||
    filter.sentiments != null ||
    filter.ratingScales != null ||
    measures.some((measure) => measure.isSegmented === true)
  );
}
