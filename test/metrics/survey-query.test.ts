import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MEASURES } from '../../src/modules/metrics/measures.ts';
import { SURVEY_DIMENSIONS } from '../../src/modules/metrics/survey-dimensions.ts';
import { SURVEY_MEASURES } from '../../src/modules/metrics/survey-measures.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { Random } from '../testkit/random.ts';
import { SurveyHistory } from './survey-history.ts';

let api: TestApi;
let organizationId: string;
beforeAll(async () => {
  api = await openTestApi({ engine: 'planner' });
  const history = await SurveyHistory.begin(api, new Random(5), 'asked');
  await history.play(1, 250);
  ({ organizationId } = history);
});
afterAll(() => api.close());

const RANGE = { from: '2024-01-01', to: '2025-12-31' };
const ASK = `query ($query: MetricQuery!) { metrics(query: $query) { asOf feedPosition
  rows { bucket dimensions { dimension value label } values { measure value n numerator denominator } } } }`;
const caller = () => callerOf(organizationId, 'INTEGRATOR');
const ask = async (query: object): Promise<Data[]> =>
  (await api.run(ASK, { query: { range: RANGE, ...query } }, caller())).metrics.rows;

describe('what cannot be asked is refused with what can', () => {
  const namesOf = (subject: string) =>
    MEASURES.filter(
      (measure) => ('subject' in measure ? measure.subject : 'REVIEWS') === subject,
    ).map(({ name }) => name);
  const OF_SURVEYS = [
    'locationIds',
    'locationExternalIds',
    'groupIds',
    'surveyIds',
    'surveyKeys',
    'surveyScales',
    'channels',
    'touchpoints',
  ];
  const ONE_SCALE = ['dimension SURVEY_SCALE', 'filter of one surveyScales'];
  it.each<[string, object, (string | number)[], RegExp, unknown]>([
    [
      'reviews beside surveys',
      { measures: ['NPS', 'REVIEW_COUNT'] },
      ['measures', 1],
      /REVIEW_COUNT is over reviews, and NPS over surveys: ask for them by a query each/,
      () => namesOf('SURVEYS'),
    ],
    [
      'customers beside reviews',
      { measures: ['REVIEW_COUNT', 'CHURN_COUNT'] },
      ['measures', 1],
      /CHURN_COUNT is over customers/,
      () => namesOf('REVIEWS'),
    ],
    [
      'surveys by a dimension of reviews',
      { measures: ['NPS'], dimensions: ['LOCATION', 'SENTIMENT'] },
      ['dimensions', 1],
      /NPS cannot be split by SENTIMENT; it can by LOCATION, GROUP, SURVEY/,
      ['LOCATION', 'GROUP', ...SURVEY_DIMENSIONS.map(({ name }) => name)],
    ],
    [
      'reviews by a dimension of surveys',
      { measures: ['REVIEW_COUNT'], dimensions: ['CHANNEL'] },
      ['dimensions', 0],
      /REVIEW_COUNT cannot be split by CHANNEL/,
      ['LOCATION', 'GROUP', 'SOURCE', 'LANGUAGE', 'SENTIMENT', 'RATING_SCALE'],
    ],
    [
      'customers by anything',
      { measures: ['CHURN_SILENT_RATE'], dimensions: ['LOCATION'] },
      ['dimensions', 0],
      /it can by time alone/,
      [],
    ],
    [
      'a filter of reviews over surveys',
      { measures: ['NPS'], filter: { channels: ['EMAIL'], sources: ['GOOGLE'] } },
      ['filter', 'sources'],
      /NPS is over surveys, which cannot be filtered by `sources`; they can by locationIds/,
      OF_SURVEYS,
    ],
    [
      'a filter of surveys over reviews',
      { measures: ['REVIEW_COUNT'], filter: { touchpoints: ['checkout'] } },
      ['filter', 'touchpoints'],
      /over reviews, which cannot be filtered by `touchpoints`/,
      [...OF_SURVEYS.slice(0, 3), ...['sources', 'languages', 'sentiments', 'ratingScales']],
    ],
    [
      'a filter over customers',
      { measures: ['CHURN_COUNT'], filter: { locationIds: [] } },
      ['filter', 'locationIds'],
      /they can by nothing/,
      [],
    ],
    [
      'an average over scales',
      { measures: ['NPS', 'CES_AVERAGE'] },
      ['measures', 1],
      /CES_AVERAGE is over one scale: add the dimension SURVEY_SCALE.*CES_EASY_SHARE is over all/,
      ONE_SCALE,
    ],
    [
      'a top box over two scales',
      {
        measures: ['CSAT_TOP_BOX_SHARE'],
        filter: { surveyScales: ['POINTS_3', 'POINTS_5'] },
      },
      ['measures', 0],
      /CSAT_SATISFIED_SHARE is over all/,
      ONE_SCALE,
    ],
    [
      'ids of something else',
      { measures: ['NPS'], filter: { surveyIds: ['loc_01jx4k5v9re0tbq6x9a3m2f8ch'] } },
      ['filter', 'surveyIds', 0],
      /Survey/,
      undefined,
    ],
  ])('%s', async (_name, query, path, message, allowed) => {
    const { data, errors } = await api.attempt(
      ASK,
      { query: { range: RANGE, ...query } },
      caller(),
    );
    expect(data).toBeNull();
    expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0].message).toMatch(message);
    expect(errors[0].extensions.path).toEqual(['query', ...path]);
    expect(errors[0].extensions.allowed).toEqual(
      typeof allowed === 'function' ? allowed() : allowed,
    );
  });

  it('customers of a location', async () => {
    const { errors } = await api.attempt(
      `query ($query: MetricQuery!) { location(externalId: "place-0") { metrics(query: $query) { asOf } } }`,
      { query: { measures: ['CHURN_COUNT'], range: RANGE } },
      caller(),
    );
    expect(errors[0].message).toMatch(/customers, who belong to no location/);
    expect(errors[0].extensions.allowed).toContain('NPS');
  });
});

const ALL = SURVEY_MEASURES.map(({ name }) => name);
const sent = (query: object, source = ASK) =>
  api.statements(() => api.run(source, { query: { range: RANGE, ...query } }, caller()));

describe('the statements of a query over surveys', () => {
  it('are one, over rows of rollups', async () => {
    for (const query of [
      { measures: ['NPS', 'SURVEY_COMPLETION_RATE'], granularity: 'MONTH', compare: true },
      { measures: ALL, dimensions: ['SURVEY_SCALE', 'CHANNEL'] },
      { measures: ['NPS'], filter: { surveyKeys: ['nps'], touchpoints: ['checkout'] } },
    ]) {
      const statements = await sent(query);
      expect(statements).toHaveLength(1);
      expect(statements[0]).not.toMatch(/from (survey_response|invitation) /);
    }
    const [churn, ...others] = await sent({ measures: ['CHURN_COUNT', 'CHURN_SILENT_RATE'] });
    expect(others).toEqual([]);
    expect(churn).toContain('c.churned_at >=');
  });

  it('are one more for names, however many things have one', async () => {
    const dimensions = ['LOCATION', 'GROUP', 'SURVEY', 'SURVEY_VERSION'];
    expect(await sent({ measures: ['NPS'], dimensions })).toHaveLength(2);
  });

  it('do not grow with the number of locations that are asked', async () => {
    const many = `query ($query: MetricQuery!) { locations { nodes { metrics(query: $query) { rows { values { n } } } } } }`;
    const one = many.replace('locations {', 'locations(first: 1) {');
    const query = { measures: ['NPS', 'SURVEY_RESPONSE_TIME_P50'], granularity: 'YEAR' };
    expect(await sent(query, many)).toHaveLength((await sent(query, one)).length);
  });

  it('have one text for one kind of query', async () => {
    const texts = new Set<string>();
    for (const from of ['2024-02-01', '2024-02-29']) {
      const filter = { channels: [from > '2024-02-20' ? 'LINK' : 'EMAIL'] };
      const [text] = await sent({ measures: ALL.slice(0, 4), filter, range: { ...RANGE, from } });
      texts.add(text ?? '');
    }
    expect(texts.size).toBe(1);
  });
});

describe('the responses behind a number', () => {
  const DRILL = `query ($query: MetricQuery!) { metrics(query: $query) { rows { bucket
    dimensions { value label } values { measure value n numerator reviewFilter reviews { totalCount }
      all: surveyResponses(first: 1) { totalCount nodes { id state score } }
      counted: surveyResponses(first: 1, of: NUMERATOR) { totalCount } } } } }`;
  const drilled = async (query: object): Promise<Data[]> =>
    (await api.run(DRILL, { query: { range: RANGE, ...query } }, caller())).metrics.rows;
  const COUNTING = new Set<string>(
    SURVEY_MEASURES.filter(({ unit }) => unit === 'COUNT' || unit === 'RATIO').map(
      ({ name }) => name,
    ),
  );

  function expectCounts(rows: Data[]): number {
    let found = 0;
    for (const { bucket, dimensions, values } of rows) {
      for (const value of values) {
        const where = JSON.stringify([bucket, dimensions, value.measure]);
        expect([where, value.reviews, value.reviewFilter]).toEqual([where, null, null]);
        if (/SENT|COMPLETION/.test(value.measure)) {
          expect([where, value.all]).toEqual([where, null]);
          continue;
        }
        expect([where, value.all.totalCount]).toEqual([where, value.n]);
        const counted = COUNTING.has(value.measure) ? value.numerator : value.n;
        expect([where, value.counted.totalCount]).toEqual([where, counted]);
        found += value.n;
      }
    }
    return found;
  }

  it.each(['LOCATION', 'GROUP', ...SURVEY_DIMENSIONS.map(({ name }) => name)])(
    'are as many as it says, by %s',
    async (dimension) => {
      const measures = SURVEY_MEASURES.filter(
        (measure) => dimension === 'SURVEY_SCALE' || !('isOfOneScale' in measure),
      ).map(({ name }) => name);
      const rows = await drilled({ measures, dimensions: [dimension] });
      expect(rows.length).toBeGreaterThan(1);
      expect(expectCounts(rows)).toBeGreaterThan(50);
    },
  );

  it('are as many as it says over time, and with a filter of everything', async () => {
    expect(
      expectCounts(await drilled({ measures: ['NPS'], granularity: 'MONTH' })),
    ).toBeGreaterThan(3);
    const { surveys, locations } = await api.run(
      '{ surveys { nodes { id } } locations { nodes { id } } }',
      {},
      caller(),
    );
    const idsOf = ({ nodes }: Data) => nodes.map(({ id }: Data) => id);
    const filter = {
      surveyIds: idsOf(surveys),
      surveyKeys: ['csat', 'nps'],
      surveyScales: ['POINTS_5'],
      channels: ['EMAIL', 'LINK'],
      touchpoints: ['checkout', 'support'],
      locationIds: idsOf(locations),
      locationExternalIds: ['place-0', 'place-1'],
    };
    const rows = await drilled({ measures: ALL, filter });
    expect(expectCounts(rows)).toBeGreaterThan(3);
  });

  it('need their own scope', async () => {
    const { errors } = await api.attempt(
      DRILL,
      { query: { range: RANGE, measures: ['NPS'] } },
      { ...caller(), scopes: new Set(['metrics:read', 'reviews:read'] as const) },
    );
    expect(errors[0].extensions.code).toBe('FORBIDDEN');
  });
});

describe('who may ask', () => {
  it('counts nothing of another organization', async () => {
    const theirs = callerOf(await api.organization('theirs'), 'INTEGRATOR');
    const [row] = await ask({ measures: ['SURVEY_ANSWERS'] });
    expect(row.values[0].n).toBeGreaterThan(10);
    const { surveys } = await api.run('{ surveys { nodes { id } } }', {}, caller());
    const measures = [
      ...ALL.filter((name) => !/AVERAGE|TOP_BOX/.test(name) || name.startsWith('SURVEY')),
    ];
    for (const query of [
      { measures },
      { measures, dimensions: ['SURVEY', 'LOCATION'] },
      { measures, filter: { surveyIds: surveys.nodes.map(({ id }: Data) => id) } },
      { measures, filter: { surveyKeys: ['nps', 'csat'] } },
      { measures: ['CHURN_COUNT'] },
    ]) {
      const { metrics } = await api.run(ASK, { query: { range: RANGE, ...query } }, theirs);
      const counts = metrics.rows.flatMap(({ values }: Data) => values.map(({ n }: Data) => n));
      expect(new Set([0, ...counts])).toEqual(new Set([0]));
    }
  });
});
