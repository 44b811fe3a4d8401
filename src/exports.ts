import { GraphQLError } from 'graphql';
import type { App } from './app.ts';
import { EXPORTED } from './cli/export/exported-rows.ts';
import { pages } from './cli/export/pages.ts';
import { rowWriter } from './cli/export/row-writers.ts';
import { backendOf } from './cli/in-process-backend.ts';
import { type ExportFile, ExportProblem, type Exports } from './http/export-route.ts';
import { inProcess } from './in-process.ts';
import {
  type ExportOrder,
  EXPORTS_PATH,
  LinkError,
  type LinkProblem,
  type OpenedOrder,
  openOrder,
  readOrder,
} from './modules/metrics/index.ts';

const STATUS_OF_LINK: Readonly<Record<LinkProblem, number>> = {
  EXPORT_LINK_INVALID: 403,
  EXPORT_LINK_EXPIRED: 410,
  EXPORT_GONE: 410,
};

const TYPES = {
  CSV: { contentType: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
  NDJSON: { contentType: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
} as const;

/** What the links of `createMetricExport` give; files of reviews are those of `antiphon export reviews`. */
export function exportsOf(app: App): Exports {
  return {
    path: EXPORTS_PATH,
    async open(token) {
      try {
        const order = await readOrder(app.db, token);
        return fileOf(app, order, await openOrder(app.db, order));
      } catch (error) {
        throw problemOf(error);
      }
    },
  };
}

function fileOf(app: App, order: ExportOrder, opened: OpenedOrder): ExportFile {
  const { contentType, extension } = TYPES[order.format];
  const what = order.rows === 'CELLS' ? 'numbers' : 'reviews';
  const day = new Date().toISOString().slice(0, 10);
  const chunks = order.rows === 'CELLS' ? numbers(opened) : reviews(app, order, opened);
  return { filename: `${opened.name}-${what}-${day}.${extension}`, contentType, chunks };
}

/** Lines are short: so many go out as one. */
const LINES_OF_A_CHUNK = 500;

async function* numbers(opened: OpenedOrder): AsyncGenerator<string> {
  try {
    let chunk: string[] = [];
    for (const line of await opened.lines()) {
      chunk.push(line);
      if (chunk.length < LINES_OF_A_CHUNK) continue;
      yield chunk.join('');
      chunk = [];
    }
    yield chunk.join('');
  } catch (error) {
    throw problemOf(error);
  }
}

async function* reviews(
  app: App,
  { organizationId, format }: ExportOrder,
  opened: OpenedOrder,
): AsyncGenerator<string> {
  const { document, toRow } = EXPORTED.reviews;
  const backend = backendOf(inProcess(app, { id: organizationId, slug: '', name: '' }), 'exports');
  const left = new AbortController();
  try {
    const writer = rowWriter(format === 'CSV' ? 'csv' : 'ndjson', 'reviews', true);
    const filter = await opened.reviews();
    if (writer.head !== '') yield writer.head;
    for await (const nodes of pages(backend, document, { filter }, left.signal)) {
      yield nodes.map((node) => writer.write(toRow(node))).join('');
    }
  } catch (error) {
    throw problemOf(error);
  } finally {
    left.abort();
  }
}

/** A fault stays one: it is not told. */
function problemOf(error: unknown): unknown {
  if (error instanceof LinkError) {
    return new ExportProblem(STATUS_OF_LINK[error.code], error.code, error.message);
  }
  if (error instanceof GraphQLError && error.extensions['code'] === 'BAD_USER_INPUT') {
    return new ExportProblem(422, 'EXPORT_NOT_POSSIBLE', error.message, { cause: error });
  }
  return error;
}
