import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Bindings } from '../../src/db/read/conditions.ts';
import { encodeId } from '../../src/graphql/ids.ts';
import { checkedQuery } from '../../src/modules/metrics/check-query.ts';
import { DIMENSIONS } from '../../src/modules/metrics/dimensions.ts';
import { Granularity } from '../../src/modules/metrics/granularity.ts';
import { REVIEW_MEASURES } from '../../src/modules/metrics/measures.ts';
import type { MetricFilter, MetricQuery } from '../../src/modules/metrics/metric-query.input.ts';
import { filteredBy, metricStatement } from '../../src/modules/metrics/metric.statement.ts';
import { metricText } from '../../src/modules/metrics/metric.text.ts';
import { needsOf } from '../../src/modules/metrics/needs.ts';
import type { Asked, MetricStatement } from '../../src/modules/metrics/statement-parts.ts';
import { Random } from '../testkit/random.ts';

const NOW = new Date('2026-03-15T12:00:00Z');
const ROUNDS = 6_000;
const KINDS = [
  ...new Map(REVIEW_MEASURES.map(({ name, computed }) => [computed.kind as string, name])).values(),
];
const ORGANIZATION = uuid(0);

function uuid(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** None, one or several of them. */
function some<T>(random: Random, items: readonly T[], most = 2): T[] {
  const chosen = new Set<T>();
  for (let left = random.below(most + 1); left > 0; left--) chosen.add(random.pick(items));
  return [...chosen];
}

function filterOf(random: Random): MetricFilter {
  const id = (type: 'Location' | 'LocationGroup') => encodeId(type, uuid(random.below(4)));
  const maybe = <T>(of: () => T) => (random.chance(0.12) ? of() : undefined);
  return Object.fromEntries(
    Object.entries({
      locationIds: maybe(() => some(random, [id('Location'), id('Location')])),
      locationExternalIds: maybe(() => some(random, ['a', 'b'])),
      groupIds: maybe(() => some(random, [id('LocationGroup'), id('LocationGroup')])),
      sources: maybe(() => some(random, ['GOOGLE', 'YELP'])),
      languages: maybe(() => some(random, ['en', 'de'])),
      sentiments: maybe(() => some(random, ['NEGATIVE', 'POSITIVE'])),
      ratingScales: maybe(() => some(random, ['STARS_5'])),
    }).filter(([, value]) => value !== undefined),
  );
}

function queryOf(random: Random): MetricQuery {
  const from = new Date(Date.UTC(2024, random.below(24), random.chance(0.5) ? 1 : 9));
  const to = new Date(from.getTime() + random.pick([0, 20, 58, 90, 91, 92, 364]) * 86_400_000);
  // One measure of each kind, mostly alone: there are more sets of them than rounds.
  const measures = random.chance(0.7)
    ? [random.pick(KINDS)]
    : some(random, REVIEW_MEASURES, 3).map(({ name }) => name);
  return {
    measures: measures.length > 0 ? measures : ['REVIEW_COUNT'],
    dimensions: some(random, DIMENSIONS).map(({ name }) => name),
    filter: filterOf(random),
    range: random.chance(0.7) ? { from, to } : { last: { count: 3, unit: 'MONTH' } },
    granularity: random.chance(0.3) ? null : random.pick(Object.values(Granularity)),
    compare: random.chance(0.4),
  };
}

/** Undefined for what cannot be asked. */
function askedOf(random: Random): Asked | undefined {
  try {
    const query = checkedQuery(queryOf(random), NOW, 'UTC');
    const locations = random.chance(0.2) ? some(random, [uuid(1), uuid(2)]) : null;
    return { query, needs: needsOf(query), organizationId: ORGANIZATION, locations, now: NOW };
  } catch {
    return undefined;
  }
}

/** The statement that is kept for its shape, which has to be the one that is written for this query. */
function asWrittenAnew(asked: Asked): MetricStatement {
  const kept = metricStatement(asked);
  const bindings = new Bindings();
  const anew = metricText(asked, filteredBy(asked, bindings), kept.maxRows);
  for (const bound of anew.bounds) bindings.bind(bound(asked));
  expect(kept).toEqual({ ...kept, sql: anew.sql, values: bindings.values });
  expect(kept.values).toHaveLength(new Set(kept.sql.match(/\$\d+/g)).size - 1);
  return kept;
}

describe('the text of a statement', () => {
  it('is the same whether it was written for the query or for another one of its shape', () => {
    const random = new Random(3);
    const texts = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const asked = askedOf(random);
      if (!asked) continue;
      const kept = asWrittenAnew(asked);
      texts.set(kept.sql, (texts.get(kept.sql) ?? 0) + 1);
    }
    // Some were written for another query, or there would be nothing to see here.
    expect([...texts.values()].filter((times) => times > 1).length).toBeGreaterThan(50);
  });

  it('tells one place from two of which one is no location', () => {
    const range = { from: new Date('2025-01-01'), to: new Date('2025-12-31') };
    for (const places of [[uuid(1)], [ORGANIZATION, uuid(1)]]) {
      const locationIds = places.map((place) => encodeId('Location', place));
      const query = checkedQuery(
        { measures: ['REVIEW_COUNT'], filter: { locationIds }, range, granularity: 'DAY' },
        NOW,
        'UTC',
      );
      const needs = needsOf(query);
      asWrittenAnew({ query, needs, organizationId: ORGANIZATION, locations: null, now: NOW });
    }
  });
});
