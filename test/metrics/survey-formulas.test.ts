import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { AskedByHand } from './surveys-by-hand.ts';

/** Each formula by an example that was worked out by hand. */
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const RANGE = { from: '2025-01-01', to: '2025-01-31' };
const AT = '2025-01-10T12:00:00Z';

const valuesOf = ({ values }: Data) => values.map(({ value }: Data) => value);

describe('the net promoter score', () => {
  it('is 20 of five promoters, two passives and three detractors', async () => {
    const here = await AskedByHand.begin(api, 'nps');
    await here.survey('nps', 'NPS', [['NPS_10', 2]]);
    await here.survey('other', 'CUSTOM', [['NPS_10', 2]]);
    const scores = [10, 10, 9, 9, 9, 8, 7, 6, 2, 0];
    await here.write(
      ...scores.map((score) => ({ survey: 'nps', score, at: AT })),
      // Neither says how likely it is: without a score, begun only, of another kind, of another month.
      { survey: 'nps', score: null, at: AT },
      { survey: 'nps', score: 10, at: AT, isPartial: true },
      { survey: 'other', score: 10, at: AT },
      { survey: 'nps', score: 10, at: '2025-02-01T00:00:00Z' },
    );
    const [row] = await here.ask(
      {
        measures: ['NPS', 'NPS_PROMOTERS', 'NPS_PASSIVES', 'NPS_DETRACTORS'],
        filter: { surveyKeys: ['nps'] },
        range: RANGE,
      },
      'value n numerator denominator npsSegments { promoters passives detractors }',
    );
    expect(row.values[0]).toEqual({
      value: 20,
      n: 10,
      numerator: 200,
      denominator: 10,
      npsSegments: { promoters: 5, passives: 2, detractors: 3 },
    });
    expect(
      row.values.slice(1).map(({ value, n, npsSegments }: Data) => [value, n, npsSegments]),
    ).toEqual([
      [5, 10, null],
      [2, 10, null],
      [3, 10, null],
    ]);
  });

  it('is −100 where all are detractors, 100 where all are promoters, and nothing where none is', async () => {
    const here = await AskedByHand.begin(api, 'nps-ends');
    await here.survey('nps', 'NPS', [['NPS_10', 2]]);
    await here.write(
      { survey: 'nps', score: 6, at: '2025-01-01T10:00:00Z' },
      { survey: 'nps', score: 0, at: '2025-01-01T10:00:00Z' },
      { survey: 'nps', score: 9, at: '2025-01-02T10:00:00Z' },
    );
    const rows = await here.ask({
      measures: ['NPS'],
      range: { from: '2025-01-01', to: '2025-01-03' },
      granularity: 'DAY',
    });
    expect(rows.map(valuesOf)).toEqual([[-100], [100], [null]]);
    expect(rows.map(({ values }: Data) => values[0].n)).toEqual([2, 1, 0]);
  });
});

describe('customer satisfaction and effort', () => {
  it.each([
    // Scale, scores, average, top box, positive.
    ['POINTS_3', [3, 3, 2, 1], 2.25, 0.5, 0.5],
    ['POINTS_5', [5, 5, 4, 3, 1], 3.6, 0.4, 0.6],
    ['POINTS_7', [7, 6, 5, 1], 4.75, 0.25, 0.5],
    ['POINTS_10', [10, 9, 8, 7], 8.5, 0.25, 0.75],
  ] as const)('on %s', async (scale, scores, average, topBox, positive) => {
    const here = await AskedByHand.begin(api, `csat-${scale.toLowerCase().replace('_', '-')}`);
    await here.survey('csat', 'CSAT', [[scale, 2]]);
    await here.write(...scores.map((score) => ({ survey: 'csat', score, at: AT })));
    const measures = ['CSAT_AVERAGE', 'CSAT_TOP_BOX_SHARE', 'CSAT_SATISFIED_SHARE', 'CES_AVERAGE'];
    const filter = { surveyScales: [scale] };
    const [row] = await here.ask({ measures, filter, range: RANGE });
    expect(valuesOf(row)).toEqual([average, topBox, positive, null]);
    expect(row.values[0].n).toBe(scores.length);
  });

  it('of several scales stand apart, and go together where scores are put on one', async () => {
    const here = await AskedByHand.begin(api, 'ces');
    await here.survey('ces', 'CES', [
      ['POINTS_7', 2],
      ['POINTS_5', 2],
    ]);
    await here.write(
      ...[7, 6, 5, 2].map((score) => ({ survey: 'ces', score, at: AT })),
      ...[5, 4, 1].map((score) => ({ survey: 'ces', version: 2, score, at: AT })),
    );
    const split = await here.ask({
      measures: ['CES_AVERAGE', 'CES_EASY_SHARE'],
      dimensions: ['SURVEY_SCALE'],
      range: RANGE,
    });
    expect(split.map((row: Data) => [row.dimensions[0].label, ...valuesOf(row)])).toEqual([
      ['1 to 5', 10 / 3, 2 / 3],
      ['1 to 7', 5, 0.5],
    ]);
    const [all] = await here.ask({ measures: ['CES_EASY_SHARE'], range: RANGE });
    expect(all.values[0]).toMatchObject({ value: 4 / 7, numerator: 4, denominator: 7 });
  });
});

describe('whether people answer', () => {
  let here: AskedByHand;
  beforeAll(async () => {
    here = await AskedByHand.begin(api, 'participation');
    await here.survey('short', 'CSAT', [['POINTS_5', 3]]);
    await here.survey('long', 'CSAT', [['POINTS_5', 12]]);
    const sentAt = '2025-01-30T12:00:00Z';
    await here.write(
      { survey: 'short', sentAt, score: 4, at: '2025-01-30T12:01:00Z' },
      { survey: 'short', sentAt, score: 4, at: '2025-01-30T12:02:00Z', channel: 'LINK' },
      // Answered in the next month: the invitation counts in January, the answer in February.
      { survey: 'short', sentAt, score: 4, at: '2025-02-01T12:00:00Z' },
      { survey: 'short', sentAt },
      { survey: 'long', sentAt, score: 2, at: '2025-01-30T13:00:00Z' },
      { survey: 'long', sentAt, at: '2025-01-30T13:00:00Z', isPartial: true },
      { survey: 'long', sentAt },
      { survey: 'long', sentAt },
      // On a page, without an invitation.
      { survey: 'short', score: 5, at: AT, channel: 'IN_APP', touchpoint: 'café “Zoë”' },
    );
  });

  const MEASURES = ['SURVEY_SENT', 'SURVEY_STARTED', 'SURVEY_ANSWERS', 'SURVEY_COMPLETION_RATE'];

  it('is told by the invitations, by the number of questions too', async () => {
    const [all] = await here.ask({ measures: MEASURES, range: RANGE });
    expect(valuesOf(all)).toEqual([8, 5, 4, 0.5]);
    expect(all.values[3]).toMatchObject({ n: 8, numerator: 4, denominator: 8 });
    const rows = await here.ask({
      measures: MEASURES,
      dimensions: ['QUESTION_COUNT'],
      range: RANGE,
    });
    expect(rows.map((row: Data) => [row.dimensions[0], ...valuesOf(row)])).toEqual([
      [{ value: '3', label: '3 questions' }, 4, 3, 3, 0.75],
      [{ value: '12', label: '12 questions' }, 4, 2, 1, 0.25],
    ]);
  });

  it('is told by channel, touchpoint, survey and version', async () => {
    const split = async (dimension: string) => {
      const query = { measures: MEASURES, dimensions: [dimension], range: RANGE };
      const rows = await here.ask(query);
      return rows.map((row: Data) => [row.dimensions[0].label, ...valuesOf(row)]);
    };
    expect(await split('CHANNEL')).toEqual([
      ['Email', 7, 3, 2, 3 / 7],
      ['In app', 0, 1, 1, null],
      ['Link', 1, 1, 1, 1],
    ]);
    expect(await split('TOUCHPOINT')).toEqual([
      ['café “Zoë”', 0, 1, 1, null],
      ['No touchpoint', 8, 4, 3, 0.5],
    ]);
    expect(await split('SURVEY')).toEqual([
      ['The long', 4, 2, 1, 0.25],
      ['The short', 4, 3, 3, 0.75],
    ]);
    expect(await split('SURVEY_VERSION')).toEqual([
      ['The long, version 1', 4, 2, 1, 0.25],
      ['The short, version 1', 4, 3, 3, 0.75],
    ]);
  });

  it('takes from sending to completion, whatever day that is', async () => {
    const measures = [
      'SURVEY_RESPONSE_TIME_AVERAGE',
      'SURVEY_RESPONSE_TIME_P50',
      'SURVEY_RESPONSE_TIME_P90',
    ];
    const [row] = await here.ask({ measures, range: { from: '2025-01-01', to: '2025-02-28' } });
    // One minute, two minutes, an hour, two days.
    const [average, median, ninetieth] = row.values;
    expect(average).toMatchObject({ value: (60 + 120 + 3600 + 172_800) / 4, n: 4 });
    expect(Math.abs(median.value - 120)).toBeLessThanOrEqual(2.4);
    expect(Math.abs(ninetieth.value - 172_800)).toBeLessThanOrEqual(3_456);
  });
});

describe('silent churn', () => {
  it('is the share of those who left without having completed a survey', async () => {
    const here = await AskedByHand.begin(api, 'churn');
    await here.survey('nps', 'NPS', [['NPS_10', 2]]);
    const [told, begun, silent, former, loyal] = Array.from({ length: 5 }, () => uuidv7()) as [
      string,
      string,
      string,
      string,
      string,
    ];
    await here.customers(
      { id: told, churnedAt: '2025-01-05T10:00:00Z' },
      { id: begun, churnedAt: '2025-01-05T10:00:00Z' },
      { id: silent, churnedAt: '2025-01-31T23:59:59Z' },
      { id: former, churnedAt: '2024-12-31T23:59:59Z' },
      { id: loyal, churnedAt: null },
    );
    await here.write(
      { survey: 'nps', score: 3, at: '2024-06-01T00:00:00Z', customer: told },
      { survey: 'nps', at: '2024-06-01T00:00:00Z', isPartial: true, customer: begun },
    );
    const query = { measures: ['CHURN_COUNT', 'CHURN_SILENT_RATE'], range: RANGE };
    const [row] = await here.ask({ ...query, compare: true }, 'value n previous numerator');
    expect(row.values).toEqual([
      { value: 3, n: 3, previous: 1, numerator: 3 },
      { value: 2 / 3, n: 3, previous: 1, numerator: 2 },
    ]);
  });
});
