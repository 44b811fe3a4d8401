import { readFile } from 'node:fs/promises';
// Past the index: a command that speaks with a server needs nothing of the schema.
import { type FileQuery, type FileResult, metricLines } from '../../modules/metrics/metric-file.ts';
import type { Backend } from '../backend.ts';
import type { ExportFormat, ExportOptions } from '../commands/export.ts';
import { CommandError, usageError } from '../exit-codes.ts';
import type { Variables } from '../graphql-request.ts';
import { isRow } from '../import/source-row.ts';

type Asked = Pick<ExportOptions, 'view' | 'query'>;

/** All that a view asks: what is left out here is not filtered by. */
export const QUERY_OF_VIEW = `query QueryOfView($key: String!) {
  metricView(key: $key) {
    query {
      measures dimensions granularity compare
      filter { locationIds locationExternalIds groupIds sources languages sentiments ratingScales
        surveyIds surveyKeys surveyScales channels touchpoints }
      range { from to current last { count unit } }
    }
  }
}`;

const METRICS = `query ExportMetrics($query: MetricQuery!) {
  metrics(query: $query) {
    asOf
    rows {
      bucket
      dimensions { dimension value label }
      values { measure value n previous }
    }
  }
}`;

const REVIEW_FILTER = `query ReviewsBehind($query: MetricQuery!) {
  metrics(query: $query) { rows { values { reviewFilter } } }
}`;

/** Whether it was said which numbers are meant. */
export function isOfMetrics({ view, query }: Asked): boolean {
  return view !== undefined || query !== undefined;
}

/** The numbers of a view or of a query, line by line. */
export async function* metricTexts(
  backend: Backend,
  options: Asked,
  format: ExportFormat,
  counter: { rows: number },
): AsyncGenerator<string> {
  const query = await queryOf(backend, options);
  const { metrics } = await backend.execute<{ metrics: FileResult }>(METRICS, { query });
  counter.rows += metrics.rows.length;
  const written = query as unknown as FileQuery;
  yield* metricLines(written, metrics, format === 'csv' ? 'CSV' : 'NDJSON');
}

/** The filter of the reviews that the numbers are about: those of the whole range, whatever they are split by. */
export async function reviewsBehind(backend: Backend, options: Asked): Promise<Variables> {
  const { measures, filter, range } = await queryOf(backend, options);
  await assertOfReviews(backend, measures);
  const query = { measures: ['REVIEW_COUNT'], filter, range };
  const { metrics } = await backend.execute<{
    metrics: { rows: { values: { reviewFilter: string }[] }[] };
  }>(REVIEW_FILTER, { query });
  return JSON.parse(metrics.rows[0]?.values[0]?.reviewFilter ?? '{}') as Variables;
}

/** Behind answers and customers stand no reviews; those of the same days would be others. */
async function assertOfReviews(backend: Backend, asked: unknown): Promise<void> {
  const { measures } = await backend.execute<{ measures: { name: string; subject: string }[] }>(
    'query Subjects { measures { name subject } }',
    {},
  );
  const names = Array.isArray(asked) ? asked : [asked];
  const other = measures.find(({ name, subject }) => names.includes(name) && subject !== 'REVIEWS');
  if (other === undefined) return;
  throw usageError(`${other.name} is not over reviews: no review stands behind it.`);
}

async function queryOf(backend: Backend, { view, query }: Asked): Promise<Variables> {
  if ((view === undefined) === (query === undefined)) {
    throw usageError('Say which metrics: by --view <key> or by --query <file>.');
  }
  return query === undefined ? queryOfView(backend, view ?? '') : queryInFile(query);
}

async function queryOfView(backend: Backend, key: string): Promise<Variables> {
  const { metricView } = await backend.execute<{ metricView: { query: Variables } | null }>(
    QUERY_OF_VIEW,
    { key },
  );
  if (metricView !== null) return metricView.query;
  throw new CommandError(`There is no metric view "${key}" in this organization.`);
}

async function queryInFile(file: string): Promise<Variables> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw usageError(`${file} cannot be read: ${(error as Error).message}.`);
  });
  try {
    const query = JSON.parse(text) as unknown;
    if (isRow(query)) return query;
  } catch {
    // Told below, as any other file that holds no query.
  }
  throw usageError(`${file} holds no JSON object with the fields of MetricQuery.`);
}
