import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { encodeId } from '../../src/graphql/ids.ts';
import { createContext } from '../../src/graphql/context.ts';
import type { MetricQuery } from '../../src/modules/metrics/metric-query.input.ts';
import { readMetrics, readMetricsOfLocations } from '../../src/modules/metrics/metric.reads.ts';
import { SURVEY_MEASURES } from '../../src/modules/metrics/survey-measures.ts';
import { callerOf, openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { Random } from '../testkit/random.ts';
import { type Counting, differences } from './counted-anew.ts';
import { readRawAnswers, readRawSends } from './raw-answers.ts';
import { SurveyHistory } from './survey-history.ts';
import { type RawSurveys, surveysCountedAnew } from './surveys-counted-anew.ts';

const HISTORIES = Number(process.env['METRIC_HISTORIES'] ?? (onPostgres ? 8 : 3));
const SEED = Number(process.env['RANDOM_SEED'] ?? 7);

const WHOLE = { from: '2024-02-27', to: '2025-01-06' };
/** By day and week, a longer range has too many cells. */
const BY_DAY = { from: '2024-12-28', to: '2025-01-06' };
const OF_SURVEYS = [
  'SURVEY',
  'SURVEY_VERSION',
  'CHANNEL',
  'TOUCHPOINT',
  'QUESTION_COUNT',
  'SURVEY_SCALE',
];
const DIMENSIONS = [
  [],
  ...['LOCATION', 'GROUP', ...OF_SURVEYS].map((name) => [name]),
  ['LOCATION', 'SURVEY_VERSION'],
  ['GROUP', 'CHANNEL', 'SURVEY_SCALE'],
];

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ engine: 'graphql-js' });
});
afterAll(() => api.close());

/** Means and top boxes need one scale. */
const measuresFor = (dimensions: readonly string[]) =>
  SURVEY_MEASURES.filter(
    (measure) => dimensions.includes('SURVEY_SCALE') || !('isOfOneScale' in measure),
  ).map(({ name }) => name);

async function read(organizationId: string, query: object) {
  const caller = callerOf(organizationId, 'INTEGRATOR');
  const { reader } = createContext({ requestId: 'test', caller, db: api.db });
  return { reader, result: await readMetrics(reader, query as MetricQuery) };
}

/** The rows with the ids that answers have. */
async function rowsOf(organizationId: string): Promise<RawSurveys> {
  const versions = await api.db.read<{ id: string; survey_id: string; number: number }>(
    organizationId,
    'select id, survey_id, number from survey_version where organization_id = $1',
  );
  expect(versions).toHaveLength(8);
  const named = <T extends { location: string | null; group: string | null; survey: string }>(
    rows: readonly T[],
  ): T[] =>
    rows.map((row) => ({
      ...row,
      location: row.location && encodeId('Location', row.location),
      group: row.group && encodeId('LocationGroup', row.group),
      survey: encodeId('Survey', row.survey),
    }));
  return {
    sends: named(await readRawSends(api.db, organizationId)),
    answers: named(await readRawAnswers(api.db, organizationId)),
  };
}

async function groupsOf(organizationId: string): Promise<Map<string, string | null>> {
  const rows = await api.db.read<{ id: string; parent_id: string | null }>(
    organizationId,
    'select id, parent_id from location_group where organization_id = $1',
  );
  const idOf = (key: string) => encodeId('LocationGroup', key);
  return new Map(rows.map(({ id, parent_id }) => [idOf(id), parent_id && idOf(parent_id)]));
}

/** Versions are told by an id, which the raw rows do not have: by survey and number instead. */
async function versionsOf(organizationId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await api.db.read<{ id: string; survey_id: string; number: number }>(
    organizationId,
    'select id, survey_id, number from survey_version where organization_id = $1',
  );
  return new Map(
    rows.map(({ id, survey_id, number }) => [
      encodeId('SurveyVersion', id),
      `${encodeId('Survey', survey_id)} ${number}`,
    ]),
  );
}

async function wrong(
  organizationId: string,
  rows: RawSurveys,
  counting: Omit<Counting, 'now'>,
  filter: object | null = null,
): Promise<string[]> {
  const { measures, dimensions, granularity, from, to } = counting;
  const query = { measures, dimensions, granularity, filter, range: { from, to } };
  const { result } = await read(organizationId, query);
  const versions = await versionsOf(organizationId);
  const answered = Array.from(result.rows, (row) => ({
    bucket: row.bucket,
    values: row.values,
    dimensions: row.dimensions.map(({ dimension, value }) => ({
      value: dimension === 'SURVEY_VERSION' ? versions.get(value as string) : value,
    })),
  }));
  return differences(answered, surveysCountedAnew(rows, { ...counting, now: result.asOf }));
}

describe('after random histories of surveys, by several writers at once', () => {
  it(`every measure, dimension and granularity equals a count over the rows: ${HISTORIES} histories`, async () => {
    let answers = 0;
    for (let i = 0; i < HISTORIES; i++) {
      const random = new Random(SEED * 100_000 + i);
      const history = await SurveyHistory.begin(api, random, `history-${i}`);
      await (onPostgres ? history.play(3, 40) : history.play(1, 100));
      const { organizationId } = history;
      const rows = await rowsOf(organizationId);
      answers += rows.answers.length;
      const groups = await groupsOf(organizationId);
      for (const dimensions of DIMENSIONS) {
        for (const granularity of [
          null,
          'DAY',
          'MONTH',
          random.pick(['WEEK', 'QUARTER', 'YEAR']),
        ]) {
          const asked = {
            measures: measuresFor(dimensions),
            dimensions,
            granularity,
            ...(granularity === 'DAY' || granularity === 'WEEK' ? BY_DAY : WHOLE),
          };
          const found = await wrong(organizationId, rows, { ...asked, groups });
          expect({ history: i, asked, found }).toEqual({ history: i, asked, found: [] });
        }
      }
    }
    expect(answers).toBeGreaterThan(HISTORIES * 10);
  }, 600_000);
});

describe('over one history', () => {
  let organizationId: string;
  let history: SurveyHistory;
  let rows: RawSurveys;
  let groups: Map<string, string | null>;
  beforeAll(async () => {
    history = await SurveyHistory.begin(api, new Random(99), 'filters');
    await history.play(1, 300);
    organizationId = history.organizationId;
    rows = await rowsOf(organizationId);
    groups = await groupsOf(organizationId);
  });

  it('a filter counts what it lets through', async () => {
    const nps = history.surveys.find(({ key }) => key === 'nps')!;
    const id = encodeId('Survey', nps.id);
    const place = rows.sends.find(({ location }) => location !== null)!.location;
    type Row = RawSurveys['sends'][number] | RawSurveys['answers'][number];
    const filters: [object, (row: Row) => boolean][] = [
      [{ surveyIds: [id] }, ({ survey }) => survey === id],
      [{ surveyKeys: ['csat', 'ces'] }, ({ kind }) => kind === 'CSAT' || kind === 'CES'],
      [{ surveyScales: ['POINTS_5'] }, ({ scale }) => scale === 'POINTS_5'],
      [{ channels: ['EMAIL', 'IN_APP'] }, ({ channel }) => channel !== 'LINK'],
      [{ touchpoints: ['checkout'] }, ({ touchpoint }) => touchpoint === 'checkout'],
      // What has none is not asked for by an empty text.
      [{ touchpoints: [''] }, () => false],
      [{ channels: [] }, () => false],
      [{ locationIds: [place] }, ({ location }) => location === place],
      [{ locationExternalIds: ['place-0'], surveyKeys: ['nps'] }, () => true],
    ];
    for (const [filter, isIn] of filters.slice(0, -1)) {
      for (const dimensions of [[], ['GROUP'], ['SURVEY'], ['LOCATION', 'CHANNEL']]) {
        const oneScale = 'surveyScales' in filter;
        const measures = measuresFor(oneScale ? ['SURVEY_SCALE'] : dimensions);
        const kept = { sends: rows.sends.filter(isIn), answers: rows.answers.filter(isIn) };
        const asked = { measures, dimensions, granularity: 'MONTH', ...WHOLE };
        const found = await wrong(organizationId, kept, { ...asked, groups }, filter);
        expect({ filter, dimensions, found }).toEqual({ filter, dimensions, found: [] });
      }
    }
  });

  it('the period before is that of the days before', async () => {
    const measures = measuresFor([]);
    const range = { from: '2024-07-01', to: '2025-01-06' };
    const days = Math.round(
      DateTime.fromISO(range.to).diff(DateTime.fromISO(range.from), 'days').days + 1,
    );
    const to = DateTime.fromISO(range.from).minus({ days: 1 });
    const before = { from: to.minus({ days: days - 1 }).toISODate(), to: to.toISODate() };
    const { result } = await read(organizationId, { measures, range, compare: true });
    const { result: own } = await read(organizationId, { measures, range });
    const { result: earlier } = await read(organizationId, { measures, range: before });
    const [row] = result.rows;
    const [ownRow] = own.rows;
    const [earlierRow] = earlier.rows;
    expect(row?.values.map(({ value }) => value)).toEqual(ownRow?.values.map(({ value }) => value));
    const past = earlierRow?.values.map(({ value }) => value);
    expect(row?.values.map(({ previous }) => previous)).toEqual(past);
    expect(past?.some((value) => value !== null && value > 0)).toBe(true);
  });

  it('each location by itself says what the dimension says', async () => {
    const query = { measures: measuresFor([]), range: WHOLE, granularity: 'MONTH' };
    const { reader, result } = await read(organizationId, { ...query, dimensions: ['LOCATION'] });
    const locations = await api.db.read<{ id: string }>(
      organizationId,
      'select id from location where organization_id = $1',
    );
    const results = await readMetricsOfLocations(
      reader,
      query as MetricQuery,
      locations.map(({ id }) => id),
    );
    for (const { id } of locations) {
      const split = [...result.rows].filter(
        ({ dimensions }) => dimensions[0]?.value === encodeId('Location', id),
      );
      const numbers = (found: typeof split) =>
        found.map(({ bucket, values }) => [bucket, values.map(({ value, n }) => [value, n])]);
      expect(split.length).toBeGreaterThan(0);
      expect(numbers([...(results.get(id)?.rows ?? [])])).toEqual(numbers(split));
    }
  });

  it('churn is what the customers say, by the days of the organization', async () => {
    const [zone] = await api.db.read<{ time_zone: string }>(
      organizationId,
      'select time_zone from organization where organization.id = $1',
    );
    const customers = await api.db.read<{ at: Date; silent: boolean }>(
      organizationId,
      `select churned_at as at, not exists (select from survey_response a
         where a.organization_id = $1 and a.customer_id = c.id and a.state = 'COMPLETED') as silent
       from customer c where organization_id = $1 and churned_at is not null`,
    );
    const byDay = new Map<string, boolean[]>();
    for (const { at, silent } of customers) {
      const on = DateTime.fromJSDate(at, { zone: zone!.time_zone }).toISODate() as string;
      byDay.set(on, [...(byDay.get(on) ?? []), silent]);
    }
    expect(byDay.size).toBeGreaterThan(1);
    for (const range of [WHOLE, BY_DAY]) {
      const { result } = await read(organizationId, {
        measures: ['CHURN_COUNT', 'CHURN_SILENT_RATE'],
        range,
        granularity: 'DAY',
        compare: true,
      });
      for (const { bucket, values } of result.rows) {
        const here = byDay.get(bucket as string) ?? [];
        expect([bucket, values[0]?.value, values[0]?.n]).toEqual([
          bucket,
          here.length,
          here.length,
        ]);
        const silent = here.filter(Boolean).length;
        expect(values[1]?.value).toBe(here.length === 0 ? null : silent / here.length);
      }
    }
  });
});
