import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Backend } from '../backend.ts';
import type { ExportFormat, ExportKind, ExportOptions, RowExport } from '../commands/export.ts';
import { connect } from '../connect.ts';
import { ExitCode, usageError } from '../exit-codes.ts';
import type { Variables } from '../graphql-request.ts';
import { toUtc } from '../import/times.ts';
import { listenForInterruption } from '../interruption.ts';
import { formatCount, openTerminal } from '../terminal.ts';
import { isOfMetrics, metricTexts, reviewsBehind } from './export-metrics.ts';
import { EXPORTED } from './exported-rows.ts';
import { pages } from './pages.ts';
import { rowWriter } from './row-writers.ts';

/**
 * Writes what the options select, page by page and so in constant memory. A file appears when it is
 * whole.
 *
 * @returns the exit code
 * @throws CommandError, RequestFailed, and the system's errors about the file
 */
export async function exportRows(what: ExportKind, options: ExportOptions): Promise<ExitCode> {
  const filter = filterOf(what, options);
  const terminal = openTerminal(options);
  await using backend = await connect(options);
  using interruption = listenForInterruption();
  const { signal } = interruption;
  const counter = { rows: 0 };
  const source = { backend, signal, counter };
  const chunks = Readable.from(await textsOf(what, options, filter, source));
  if (options.output === undefined) await toStdout(chunks);
  else await toFile(chunks, options.output, signal);
  const { rows } = counter;
  const text = `${formatCount(rows)} ${what} written${options.output ? ` to ${options.output}` : ''}.`;
  if (options.output === undefined) terminal.note(text);
  else terminal.result({ rows }, text);
  return signal.aborted ? ExitCode.INTERRUPTED : ExitCode.OK;
}

interface Source {
  readonly backend: Backend;
  readonly signal: AbortSignal;
  readonly counter: { rows: number };
}

async function textsOf(
  what: ExportKind,
  options: ExportOptions,
  filter: Variables,
  source: Source,
): Promise<AsyncIterable<string>> {
  const { backend, counter } = source;
  if (what === 'metrics') return metricTexts(backend, options, formatOf(options), counter);
  if (what === 'locations') return texts(what, options, {}, source);
  if (what === 'customers') return texts(what, options, { filter }, source);
  const behind = isOfMetrics(options) ? await reviewsBehind(backend, options) : {};
  // Conditions of the command line come on top.
  return texts(what, options, { filter: { ...behind, ...filter } }, source);
}

/** One text for each page. */
async function* texts(
  what: RowExport,
  options: ExportOptions,
  variables: Variables,
  { backend, signal, counter }: Source,
): AsyncGenerator<string> {
  const { document, toRow } = EXPORTED[what];
  const writer = rowWriter(formatOf(options), what, options.spreadsheetSafe === true);
  if (writer.head !== '') yield writer.head;
  for await (const nodes of pages(backend, document, variables, signal)) {
    counter.rows += nodes.length;
    yield nodes.map((node) => writer.write(toRow(node))).join('');
  }
}

function formatOf({ format, output = '' }: ExportOptions): ExportFormat {
  return format ?? (/\.csv(?:\.gz)?$/i.test(output) ? 'csv' : 'ndjson');
}

async function toStdout(chunks: Readable): Promise<void> {
  try {
    await pipeline(chunks, process.stdout, { end: false });
  } catch (error) {
    // Whoever reads has seen enough, such as `head`.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

async function toFile(chunks: Readable, output: string, signal: AbortSignal): Promise<void> {
  const partial = `${output}.${process.pid}.partial`;
  try {
    const file = createWriteStream(partial);
    if (output.endsWith('.gz')) await pipeline(chunks, createGzip(), file);
    else await pipeline(chunks, file);
    if (!signal.aborted) await rename(partial, output);
  } finally {
    await rm(partial, { force: true });
  }
}

function filterOf(what: ExportKind, options: ExportOptions): Variables {
  const reviews = reviewFilterOf(options);
  if (what !== 'reviews' && Object.keys(reviews).length > 0) {
    throw usageError('Reviews can be filtered so, and nothing else.');
  }
  if (what !== 'customers' && options.segment.length > 0) {
    throw usageError('Customers are in segments, and nothing else is.');
  }
  if ((what === 'locations' || what === 'customers') && isOfMetrics(options)) {
    throw usageError(`No metric view is about ${what}: leave out --view and --query.`);
  }
  if (what !== 'customers' || options.segment.length === 0) return reviews;
  return { segments: options.segment.map((name) => name.toUpperCase().replaceAll('-', '_')) };
}

function reviewFilterOf(options: ExportOptions): Variables {
  const { location, source, sentiment, awaitingResponse } = options;
  return {
    ...(location.length > 0 && { locationExternalIds: location }),
    ...(source.length > 0 && { sources: source.map((name) => name.toUpperCase()) }),
    ...(sentiment.length > 0 && { sentiments: sentiment.map((name) => name.toUpperCase()) }),
    ...(awaitingResponse && { awaitingResponse }),
    ...timeOf('authoredAfter', options.authoredAfter),
    ...timeOf('authoredBefore', options.authoredBefore),
  };
}

function timeOf(field: 'authoredAfter' | 'authoredBefore', text: string | undefined) {
  if (text === undefined) return {};
  const time = toUtc(text, { timeZone: 'UTC', format: null });
  if (time !== null) return { [field]: time };
  throw usageError(`"${text}" is no time such as 2026-01-01 or 2026-01-01T12:00:00Z.`);
}
