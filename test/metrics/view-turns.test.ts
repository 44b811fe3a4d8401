import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { MetricQuery } from '../../src/modules/metrics/metric-query.input.ts';
import { nextTurn } from '../../src/modules/metrics/metric-view-live.ts';

const NOW = new Date('2026-03-28T22:47:12.345Z');
const ROLLING: MetricQuery = {
  measures: ['REVIEW_COUNT'],
  range: { last: { count: 7, unit: 'DAY' } },
};
const FIXED: MetricQuery = { ...ROLLING, range: { from: '2026-01-01', to: '2026-03-31' } };

describe('a view that is followed is read again without a commit', () => {
  it.each<[string, MetricQuery, string | null]>([
    ['never, where nothing of it moves', FIXED, null],
    ['at the next quarter, where its range moves with the day', ROLLING, '2026-03-28T23:00:00Z'],
    [
      'the same with the current month',
      { ...ROLLING, range: { current: 'MONTH' } },
      '2026-03-28T23:00:00Z',
    ],
    [
      'the same where it looks at how long ago something was',
      { ...FIXED, measures: ['REPUTATION_SCORE'] },
      '2026-03-28T23:00:00Z',
    ],
    [
      'at the next minute, where reviews become overdue',
      { ...FIXED, measures: ['REVIEW_COUNT', 'RESPONSE_SLA_HIT_RATE'] },
      '2026-03-28T22:48:00Z',
    ],
    [
      'at the next minute, where surveys are sent, which is no event',
      { ...FIXED, measures: ['SURVEY_COMPLETION_RATE'] },
      '2026-03-28T22:48:00Z',
    ],
    ['never, where answers alone change it', { ...FIXED, measures: ['NPS'] }, null],
  ])('%s', (_name, query, expected) => {
    expect(nextTurn(query, NOW)).toEqual(expected === null ? null : new Date(expected));
  });

  it('later than now, on the turn itself', () => {
    const turn = new Date('2026-03-28T23:00:00Z');
    expect(nextTurn(ROLLING, turn)).toEqual(new Date('2026-03-28T23:15:00Z'));
  });
});

it('every zone has its midnight on a quarter of an hour', () => {
  const uneven = Intl.supportedValuesOf('timeZone').filter((timeZone) =>
    // Both halves of the year.
    [NOW, new Date('2026-09-28T22:47:00Z')].some((time) => {
      const parts = new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric' }).format(time);
      return (Number(parts) - time.getUTCMinutes() + 60) % 15 !== 0;
    }),
  );
  expect(uneven).toEqual([]);
});
