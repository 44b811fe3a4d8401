import { csvLine, spreadsheetSafe } from '../csv.ts';
import type { ExportFormat } from './export-token.ts';
import type { MetricQuery } from './metric-query.input.ts';
import type { MetricRowData } from './metric-result.ts';

/** A result as it was read here, or as a server has sent it. */
export interface FileResult {
  readonly asOf: Date | string;
  readonly rows: Iterable<ResultRow> & { readonly length: number };
}
type ResultRow = Pick<MetricRowData, 'bucket' | 'dimensions' | 'values'>;

/** What of a query decides which columns there are. */
export type FileQuery = Pick<MetricQuery, 'measures' | 'dimensions' | 'granularity' | 'compare'>;

/** The numbers as lines of text, with the head where the format has one. */
export function* metricLines(
  query: FileQuery,
  result: FileResult,
  format: ExportFormat,
): Generator<string> {
  const asOf = typeof result.asOf === 'string' ? result.asOf : result.asOf.toISOString();
  if (format === 'NDJSON') {
    for (const row of result.rows) yield `${JSON.stringify(objectOf(row, query, asOf))}\n`;
    return;
  }
  yield csvLine(headOf(query));
  for (const row of result.rows) yield csvLine(cellsOf(row, query, asOf));
}

function objectOf(row: ResultRow, { granularity, compare }: FileQuery, asOf: string): object {
  return {
    ...(granularity != null && { bucket: row.bucket }),
    dimensions: Object.fromEntries(
      row.dimensions.map(({ dimension, value, label }) => [dimension, { value, label }]),
    ),
    values: Object.fromEntries(
      row.values.map(({ measure, value, n, previous }) => [
        measure,
        { value, n, ...(compare === true && { previous }) },
      ]),
    ),
    asOf,
  };
}

function headOf({ measures, dimensions = [], granularity, compare }: FileQuery): string[] {
  return [
    ...(granularity != null ? ['bucket'] : []),
    ...dimensions.flatMap((name) => [name, `${name}.label`]),
    ...measures.flatMap((name) => [
      name,
      `${name}.n`,
      ...(compare === true ? [`${name}.previous`] : []),
    ]),
    'asOf',
  ];
}

function cellsOf(row: ResultRow, { granularity, compare }: FileQuery, asOf: string): string[] {
  return [
    ...(granularity != null ? [row.bucket ?? ''] : []),
    // Names of locations come from outside.
    ...row.dimensions.flatMap(({ value, label }) => [value ?? '', label].map(spreadsheetSafe)),
    ...row.values.flatMap(({ value, n, previous }) => [
      numberText(value),
      numberText(n),
      ...(compare === true ? [numberText(previous)] : []),
    ]),
    asOf,
  ];
}

/** Empty where there is no data: 0 would be a number. */
function numberText(value: number | null): string {
  return value === null ? '' : String(value);
}
