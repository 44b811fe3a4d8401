import { describe, expect, it } from '@jest/globals';
import { bucketCount, checkedQuery } from '../../src/modules/metrics/check-query.ts';
import { BUCKETS, type Granularity } from '../../src/modules/metrics/granularity.ts';
import { addMonths, dayOf, localDay, textOfDay } from '../../src/modules/metrics/local-days.ts';
import type { MetricRange } from '../../src/modules/metrics/metric-query.input.ts';
import { type Period, periodsOf } from '../../src/modules/metrics/range.ts';
import { bucketOf } from './counted-anew.ts';

const day = (text: string) => dayOf(text) as number;
const told = ({ from, to }: Period) => `${textOfDay(from)} ${textOfDay(to)}`;

function periods(range: MetricRange, today = '2025-11-22'): [string, string] {
  const { range: asked, previous } = periodsOf(range, day(today));
  return [told(asked), told(previous)];
}

describe('a range', () => {
  it.each<[string, MetricRange, string, string]>([
    [
      'days',
      { from: '2025-03-10', to: '2025-03-16' },
      '2025-03-10 2025-03-16',
      '2025-03-03 2025-03-09',
    ],
    [
      'one day',
      { from: '2025-03-01', to: '2025-03-01' },
      '2025-03-01 2025-03-01',
      '2025-02-28 2025-02-28',
    ],
    [
      'a whole month',
      { from: '2025-03-01', to: '2025-03-31' },
      '2025-03-01 2025-03-31',
      '2025-02-01 2025-02-28',
    ],
    [
      'a whole quarter',
      { from: '2025-01-01', to: '2025-03-31' },
      '2025-01-01 2025-03-31',
      '2024-10-01 2024-12-31',
    ],
    [
      'a whole leap year',
      { from: '2024-01-01', to: '2024-12-31' },
      '2024-01-01 2024-12-31',
      '2023-01-01 2023-12-31',
    ],
    [
      'the last 30 days',
      { last: { count: 30, unit: 'DAY' } },
      '2025-10-24 2025-11-22',
      '2025-09-24 2025-10-23',
    ],
    [
      'the last 2 weeks',
      { last: { count: 2, unit: 'WEEK' } },
      '2025-11-09 2025-11-22',
      '2025-10-26 2025-11-08',
    ],
    [
      'the last 3 months',
      { last: { count: 3, unit: 'MONTH' } },
      '2025-08-23 2025-11-22',
      '2025-05-23 2025-08-22',
    ],
    [
      'the last year',
      { last: { count: 1, unit: 'YEAR' } },
      '2024-11-23 2025-11-22',
      '2023-11-23 2024-11-22',
    ],
    [
      'the last quarter',
      { last: { count: 1, unit: 'QUARTER' } },
      '2025-08-23 2025-11-22',
      '2025-05-23 2025-08-22',
    ],
    ['the month to date', { current: 'MONTH' }, '2025-11-01 2025-11-22', '2025-10-10 2025-10-31'],
    ['the week to date', { current: 'WEEK' }, '2025-11-17 2025-11-22', '2025-11-11 2025-11-16'],
    ['today', { current: 'DAY' }, '2025-11-22 2025-11-22', '2025-11-21 2025-11-21'],
  ])('%s', (_name, range, asked, previous) => {
    expect(periods(range)).toEqual([asked, previous]);
  });

  it('of a month that is whole by today is compared with the whole month before', () => {
    expect(periods({ current: 'MONTH' }, '2025-02-28')).toEqual([
      '2025-02-01 2025-02-28',
      '2025-01-01 2025-01-31',
    ]);
  });

  it('moves with the day in the zone of the organization', () => {
    const late = new Date('2025-11-21T23:30:00Z');
    expect(textOfDay(localDay(late, 'UTC'))).toBe('2025-11-21');
    expect(textOfDay(localDay(late, 'Asia/Tokyo'))).toBe('2025-11-22');
    const query = { measures: ['REVIEW_COUNT' as const], range: { current: 'DAY' as const } };
    expect(told(checkedQuery(query, late, 'Asia/Tokyo').range)).toBe('2025-11-22 2025-11-22');
  });

  it('takes dates of the scalar as well as their texts', () => {
    const range = { from: new Date('2025-03-10'), to: '2025-03-16' };
    expect(periods(range)[0]).toBe('2025-03-10 2025-03-16');
  });
});

describe('days', () => {
  it('are none where the calendar has none', () => {
    expect([dayOf('2025-02-29'), dayOf('2025-2-1'), dayOf('nonsense')]).toEqual([null, null, null]);
    expect(textOfDay(day('2024-02-29'))).toBe('2024-02-29');
  });

  it('end with the month where it is shorter', () => {
    expect(textOfDay(addMonths(day('2025-03-31'), -1))).toBe('2025-02-28');
    expect(textOfDay(addMonths(day('2024-01-31'), 1))).toBe('2024-02-29');
  });
});

describe('buckets', () => {
  it.each(Object.keys(BUCKETS) as Granularity[])('of %s are those of a calendar', (granularity) => {
    const { numberOf, firstDayOf } = BUCKETS[granularity];
    let before = numberOf(day('2023-12-20'));
    for (let at = day('2023-12-20'); at < day('2025-03-10'); at++) {
      expect(textOfDay(firstDayOf(numberOf(at)))).toBe(bucketOf(textOfDay(at), granularity));
      expect(numberOf(at) - before).toBeLessThanOrEqual(1);
      before = numberOf(at);
    }
  });

  it('are counted with their broken ends', () => {
    const query = {
      measures: ['REVIEW_COUNT' as const],
      range: { from: '2025-01-31', to: '2025-03-01' },
    };
    const count = (granularity: Granularity | null) =>
      bucketCount(checkedQuery({ ...query, granularity }, new Date(), 'UTC'));
    expect([count('DAY'), count('WEEK'), count('MONTH'), count('YEAR'), count(null)]).toEqual([
      30, 5, 3, 1, 1,
    ]);
  });
});
