import { LRUCache } from 'lru-cache';
import { Bindings } from '../../db/read/conditions.ts';
import type { MetricFilter } from './metric-query.input.ts';
import { type Filtered, type MetricText, metricText, shapeOf } from './metric.text.ts';
import { placesOf } from './places.ts';
import { type Asked, type MetricStatement, ROWS_OF_MANY } from './statement-parts.ts';

/** As many as PostgreSQL is asked to remember. */
const MAX_TEXTS = 500;
const texts = new LRUCache<string, MetricText>({ max: MAX_TEXTS });

/**
 * One statement for the rollups and the place in the feed, so that all is of one snapshot. Its text
 * follows from the shape of the query alone, and its values are bound: so the text is written once,
 * which takes longer than to read what a chart needs.
 */
export function metricStatement(asked: Asked): MetricStatement {
  const bindings = new Bindings();
  const filtered = filteredBy(asked, bindings);
  const maxRows = maxRowsOf(asked);
  const shape = shapeOf(asked, filtered, maxRows);
  let text = texts.get(shape);
  if (text === undefined) {
    text = metricText(asked, filtered, maxRows);
    texts.set(shape, text);
  }
  for (const bound of text.bounds) bindings.bind(bound(asked));
  return { sql: text.sql, values: bindings.values, maxRows };
}

/** Where the query looks, with its values bound. */
export function filteredBy(asked: Asked, bindings: Bindings): Filtered {
  const { query, locations, organizationId } = asked;
  const places = placesOf(query, locations, organizationId, bindings);
  const fine = fineConditions(query.filter, bindings);
  return { places, fine, values: bindings.values.length };
}

function maxRowsOf({ query, locations }: Asked): number | null {
  if (query.dimensions.length === 0) return null;
  return query.maxRows * (query.previous ? 2 : 1) * (locations ? ROWS_OF_MANY : 1);
}

function fineConditions(
  { sources, languages, sentiments, ratingScales }: MetricFilter,
  bindings: Bindings,
): string[] {
  const conditions: string[] = [];
  const add = (column: string, values: readonly string[] | null | undefined) => {
    if (values != null) conditions.push(`t.${column} ${bindings.oneOf(values, 'text')}`);
  };
  add('source', sources);
  add('language', languages);
  add('sentiment', sentiments);
  add('rating_scale', ratingScales);
  return conditions;
}
