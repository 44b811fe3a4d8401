import type { Reader } from '../../db/read/noun.ts';
import { encodeCursor } from '../../feed/cursor.ts';
import { encodeId } from '../../graphql/ids.ts';
import { assertFits, checkedQuery } from './check-query.ts';
import { evaluatorOf } from './evaluate.ts';
import { labelsOf } from './labels.ts';
import { localDay } from './local-days.ts';
import type { MetricQuery } from './metric-query.input.ts';
import type { MetricResultData } from './metric-result.ts';
import { DEFAULT_METRIC_SETTINGS, metricSettings } from './metric-settings.ts';
import { type Asked, layoutOf, type MetricStatement } from './statement-parts.ts';
import { metricStatement } from './metric.statement.ts';
import { needsOf } from './needs.ts';
import { RowWriter } from './result-rows.ts';
import { type Series, seriesOf } from './series.ts';
import { assertKnowsLocations } from './check-subject.ts';
import type { MetricSubject } from './measure.ts';
import { churnStatement, surveyStatement } from './survey.statement.ts';

/**
 * Answers a query from the rollups, as they are at one place in the feed.
 * @throws GraphQLError for a query that cannot be answered; see {@link checkedQuery}
 */
export async function readMetrics(reader: Reader, query: MetricQuery): Promise<MetricResultData> {
  const results = await readResults(reader, query, null);
  return results('');
}

/** The same for each of these locations (UUIDs) by itself: no more statements than for one. */
export async function readMetricsOfLocations(
  reader: Reader,
  query: MetricQuery,
  locations: readonly string[],
): Promise<ReadonlyMap<string, MetricResultData>> {
  const results = await readResults(reader, query, locations);
  return new Map(locations.map((key) => [key, results(key)]));
}

const STATEMENTS: Readonly<Record<MetricSubject, (asked: Asked) => MetricStatement>> = {
  REVIEWS: metricStatement,
  SURVEYS: surveyStatement,
  CUSTOMERS: churnStatement,
};

async function readResults(
  reader: Reader,
  query: MetricQuery,
  locations: readonly string[] | null,
): Promise<(location: string) => MetricResultData> {
  const { db, organizationId, now } = reader;
  const zone = needsZone(query) ? await organizationZone(reader) : 'UTC';
  const checked = checkedQuery(query, now, zone);
  if (locations !== null) assertKnowsLocations(checked.measures);
  const needs = needsOf(checked);
  const asked: Asked = { query: checked, needs, organizationId, locations, now };
  const { sql, values, maxRows } = STATEMENTS[checked.subject](asked);
  const [settings, rows] = await Promise.all([
    needs.settings ? metricSettings(reader) : DEFAULT_METRIC_SETTINGS,
    db.readCells(organizationId, sql, values),
  ]);
  const layout = layoutOf(asked);
  const { epoch, lastSeq, series, counted } = seriesOf(asked, layout, rows);
  if (maxRows !== null && counted > maxRows) assertFits(checked, checked.maxRows + 1, true);
  const label = await labelsOf(reader, checked.dimensions, (dimension) => {
    const index = checked.dimensions.indexOf(dimension);
    return [...new Set(series.map(({ keys }) => keys[index] ?? null))];
  });
  const evaluators = checked.measures.map((measure) => evaluatorOf(measure, { needs, settings }));
  const writer = new RowWriter(checked, evaluators, label);
  const today = localDay(now, zone);
  const feedPosition = encodeCursor({ organizationId, epoch, seq: lastSeq });
  const byLocation = grouped(series);
  return (location) => {
    const own = byLocation.get(location) ?? [];
    const locationId = location === '' ? null : encodeId('Location', location);
    const context = { filter: checked.filter, locationId, asOf: now, today };
    return { asOf: now, feedPosition, rows: writer.rows(own, context) };
  };
}

/** What day it is matters to ranges that move, and to how long ago the last review was. */
function needsZone({ range, measures }: MetricQuery): boolean {
  return range.last != null || range.current != null || measures.includes('REPUTATION_SCORE');
}

async function organizationZone({ db, organizationId }: Reader): Promise<string> {
  const [row] = await db.readCells(
    organizationId,
    'select time_zone from organization where organization.id = $1',
  );
  return row?.[0] ?? 'UTC';
}

function grouped(series: readonly Series[]): Map<string, Series[]> {
  const groups = new Map<string, Series[]>();
  for (const each of series) {
    const key = each.location ?? '';
    const own = groups.get(key);
    if (own) own.push(each);
    else groups.set(key, [each]);
  }
  return groups;
}
