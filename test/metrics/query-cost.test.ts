import { beforeAll, describe, expect, it } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { planCost } from '../../src/graphql/admission/cost.ts';
import { DEFAULT_DOCUMENT_LIMITS } from '../../src/graphql/admission/limits.ts';
import { assembleSchemas, type Schemas } from '../../src/graphql/schema.ts';
import { resolvers } from '../../src/modules/resolvers.ts';

let schemas: Schemas;
beforeAll(async () => {
  schemas = await assembleSchemas(resolvers);
});

function costOf(source: string, variables: Record<string, unknown> = {}): number {
  const [operation] = parse(source).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(source);
  return planCost(schemas.full, operation, new Map())(variables);
}

const YEAR = { from: '2025-01-01', to: '2025-12-31' };
const query = (of: object) => ({ query: { measures: ['REVIEW_COUNT'], range: YEAR, ...of } });
const ASK =
  'query ($query: MetricQuery!) { metrics(query: $query) { rows { bucket values { value } } } }';
const DRILL =
  'query ($query: MetricQuery!) { metrics(query: $query) { rows { values { reviews(first: 10) { nodes { id } } } } } }';

describe('what a metric query costs', () => {
  it('goes by the cells of its answer', () => {
    expect(costOf(ASK, query({}))).toBeLessThan(5);
    const year = costOf(ASK, query({ granularity: 'DAY' }));
    expect(year).toBeGreaterThan(30);
    expect(year).toBeLessThan(100);
    const measures = ['REVIEW_COUNT', 'RESPONSE_RATE'];
    expect(costOf(ASK, query({ granularity: 'DAY', measures }))).toBeGreaterThan(1.9 * year);
    expect(costOf(ASK, query({ granularity: 'MONTH' }))).toBeLessThan(10);
    const byLocation = query({ granularity: 'MONTH', dimensions: ['LOCATION'] });
    expect(costOf(ASK, byLocation)).toBeGreaterThan(100);
    const one = { ...byLocation.query, filter: { locationIds: ['loc_1'] } };
    expect(costOf(ASK, { query: one })).toBeLessThan(10);
  });

  it('is the same for dates as they are written and as they are coerced', () => {
    const range = { from: new Date('2025-01-01'), to: new Date('2025-12-31') };
    const granularity = 'DAY';
    expect(costOf(ASK, query({ granularity, range }))).toBe(costOf(ASK, query({ granularity })));
  });

  it('leaves room for the largest answer, and no more', () => {
    const largest = query({ granularity: 'DAY', range: { from: '1970-01-01', to: '2400-01-01' } });
    const cost = costOf(ASK, largest);
    expect(cost).toBeGreaterThan(900);
    expect(cost).toBeLessThan(DEFAULT_DOCUMENT_LIMITS.maxCost);
  });

  it('is high where each value is asked for its reviews, as each is a statement', () => {
    expect(costOf(DRILL, query({}))).toBeGreaterThan(50);
    expect(costOf(DRILL, query({}))).toBeLessThan(100);
    expect(costOf(DRILL, query({ granularity: 'DAY' }))).toBeGreaterThan(
      DEFAULT_DOCUMENT_LIMITS.maxCost,
    );
    const rows = query({ granularity: 'WEEK' });
    expect(costOf(DRILL, rows)).toBeLessThan(DEFAULT_DOCUMENT_LIMITS.maxCost);
  });

  it('multiplies where it is asked of many locations', () => {
    const of = (first: number) =>
      costOf(
        `query ($query: MetricQuery!) { locations(first: ${first}) { nodes { metrics(query: $query) { rows { values { value } } } } } }`,
        query({ granularity: 'DAY' }),
      );
    expect(of(100)).toBeGreaterThan(90 * of(1));
    expect(of(100)).toBeGreaterThan(DEFAULT_DOCUMENT_LIMITS.maxCost * 0.3);
  });

  it('is that of the largest where nothing can be told from what was given', () => {
    const odd = { query: { measures: 'REVIEW_COUNT', granularity: 'DAY', range: { from: 7 } } };
    expect(costOf(ASK, odd)).toBeGreaterThan(900);
    expect(costOf(ASK, { query: null })).toBeGreaterThan(0);
  });
});
