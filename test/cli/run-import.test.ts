import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '../../src/cli/backend.ts';
import { ImportCall } from '../../src/cli/import/import-call.ts';
import { openSource } from '../../src/cli/import/import-source.ts';
import { AT_THE_BEGINNING, ImportState } from '../../src/cli/import/import-state.ts';
import { RejectedFile } from '../../src/cli/import/rejected-file.ts';
import { rowCheck } from '../../src/cli/import/row-check.ts';
import type { RowCheck } from '../../src/cli/import/row-check.ts';
import { runImport } from '../../src/cli/import/run-import.ts';
import { backendOf } from '../../src/cli/in-process-backend.ts';
import type { App } from '../../src/app.ts';
import { assembleSchemas, type Schemas } from '../../src/graphql/schema.ts';
import { inProcess } from '../../src/in-process.ts';
import { resolvers } from '../../src/modules/resolvers.ts';
import { entities } from '../../src/modules/entities.ts';
import { createOrganization, openTestDatabase } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';
import { makeFolder, ndjson, review } from './files.ts';
import type { Folder } from './files.ts';

let folder: Folder;
let test: TestDatabase;
let schemas: Schemas;
beforeAll(async () => {
  folder = await makeFolder();
  test = await openTestDatabase({ entities });
  schemas = await assembleSchemas(resolvers);
});
afterAll(async () => {
  await test.close();
  await folder.remove();
});

/** An organization of its own, so that tests do not meet in the database. */
async function organization(slug: string): Promise<{ id: string; backend: Backend }> {
  const id = await createOrganization(test.db, { slug });
  const app = { db: test.db, schemas } as App;
  return { id, backend: backendOf(inProcess(app, { id, slug, name: slug }), slug) };
}

const CHECK = rowCheck('reviews', {}, { timeZone: 'UTC', format: null });

interface Options {
  dryRun?: boolean;
  check?: RowCheck;
  concurrency?: number;
  /** Asks to stop when so many rows are done. */
  stopAfter?: number;
}

/** An import as the command runs it, with its files beside the imported one. */
async function importFile(file: string, backend: Backend, options: Options = {}) {
  const { dryRun = false, stopAfter = Infinity, concurrency = 3 } = options;
  const source = await openSource(file, { kind: 'reviews', columns: new Map(), given: [] });
  const state = new ImportState(`${file}.state`, source.identity);
  const from = (await state.load()) ?? AT_THE_BEGINNING;
  const rejectedFile = await RejectedFile.open(`${file}.rejected`, from.rejectedBytes);
  const stopping = new AbortController();
  const { signal } = stopping;
  const end = await runImport({
    rows: source.rows(from.rows),
    check: options.check ?? CHECK,
    call: new ImportCall({ backend, kind: 'reviews', dryRun, signal }),
    concurrency,
    rejectedFile,
    state: dryRun ? null : state,
    from,
    stop: signal,
    onProgress: (counts) => {
      const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (done >= stopAfter) stopping.abort();
    },
  }).finally(() => rejectedFile.close());
  return { ...end, from, state: await state.load() };
}

async function countReviews(organizationId: string): Promise<number> {
  const [row] = await test.db.read<{ count: number }>(
    organizationId,
    'select count(*)::int as count from review where organization_id = $1',
  );
  return row?.count ?? 0;
}

async function rejectedLines(file: string): Promise<Array<Record<string, unknown>>> {
  const text = await readFile(`${file}.rejected`, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Rows with a bad one of each kind now and then. */
function mixedRows(count: number): string {
  return Array.from({ length: count }, (_, at) => {
    if (at % 250 === 7) return '{"broken": \n';
    if (at % 250 === 8) return ndjson([review(`r${at}`, { rating: 'five' })]);
    if (at % 250 === 9) return ndjson([review(`r${at}`, { rating: 9 })]);
    return ndjson([review(`r${at}`)]);
  }).join('');
}

describe('an import', () => {
  it('takes the good rows, and tells of each bad one where it is and why', async () => {
    const { id, backend } = await organization('good-and-bad');
    const file = await folder.write('good-and-bad.ndjson', mixedRows(1_500));
    const { counts, isComplete } = await importFile(file, backend);
    expect(counts).toEqual({ created: 1_482, updated: 0, unchanged: 0, rejected: 18 });
    expect(isComplete).toBe(true);
    expect(await countReviews(id)).toBe(1_482);
    expect((await rejectedLines(file)).slice(0, 3)).toEqual([
      { line: 8, reasons: [expect.objectContaining({ path: [] })], row: '{"broken": ' },
      {
        line: 9,
        reasons: [{ code: 'INVALID_VALUE', path: ['rating'], message: expect.any(String) }],
        row: review('r8', { rating: 'five' }),
      },
      {
        line: 10,
        reasons: [
          { code: 'INVALID_VALUE', path: ['rating'], message: '9 is not a rating on STARS_5.' },
        ],
        row: review('r9', { rating: 9 }),
      },
    ]);
  });

  it('changes nothing the second time, and only what has changed the third', async () => {
    const { backend } = await organization('again');
    const rows = Array.from({ length: 1_200 }, (_, at) => review(`r${at}`));
    const file = await folder.write('again.ndjson', ndjson(rows));
    expect((await importFile(file, backend)).counts).toMatchObject({ created: 1_200 });
    expect((await importFile(file, backend)).counts).toMatchObject({ unchanged: 1_200 });
    const changed = rows.map((row, at) => (at < 5 ? { ...row, rating: 1 } : row));
    await folder.write('again.ndjson', ndjson(changed));
    const { counts } = await importFile(file, backend);
    expect(counts).toEqual({ created: 0, updated: 5, unchanged: 1_195, rejected: 0 });
  });

  it('lets the last row about a review win, however far apart they are', async () => {
    const { id, backend } = await organization('last-wins');
    const filler = (from: number) =>
      Array.from({ length: 990 }, (_, at) => review(`f${from + at}`));
    const same = (rating: number) => review('same', { rating });
    const rows = [
      same(5),
      ...filler(0),
      same(4),
      ...filler(1_000),
      same(3),
      ...filler(2_000),
      same(2),
    ];
    const file = await folder.write('last-wins.ndjson', ndjson(rows));
    const { counts } = await importFile(file, backend, { concurrency: 8 });
    expect(counts).toEqual({ created: 2_971, updated: 3, unchanged: 0, rejected: 0 });
    const [row] = await test.db.read<{ rating: string }>(
      id,
      "select rating from review where organization_id = $1 and external_id = 'same'",
    );
    expect(Number(row?.rating)).toBe(2);
  });

  it('goes on where it was stopped, and ends as if it had not been', async () => {
    const { id, backend } = await organization('stopped');
    const file = await folder.write('stopped.ndjson.gz', mixedRows(4_500));
    const first = await importFile(file, backend, { stopAfter: 1_000, concurrency: 2 });
    expect(first.isComplete).toBe(false);
    expect(first.state?.rows).toBeGreaterThanOrEqual(1_000);
    expect(first.state?.rows).toBeLessThan(4_500);
    const second = await importFile(file, backend);
    expect(second.from.rows).toBe(first.state?.rows);
    expect(second.isComplete).toBe(true);
    expect(second.state).toBeNull();
    for (const outcome of ['created', 'rejected'] as const) {
      const whole = { created: 4_446, rejected: 54 }[outcome];
      expect(first.counts[outcome] + second.counts[outcome]).toBe(whole);
    }
    expect(await countReviews(id)).toBe(4_446);
    const lines = (await rejectedLines(file)).map(({ line }) => line as number);
    expect(lines).toHaveLength(54);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  it('does what it would do anyway when its state is lost', async () => {
    const { id, backend } = await organization('lost-state');
    const file = await folder.write('lost-state.ndjson', mixedRows(2_500));
    const first = await importFile(file, backend, { stopAfter: 1_000 });
    await new ImportState(`${file}.state`, '').remove();
    const second = await importFile(file, backend);
    expect(second.counts.unchanged).toBe(first.counts.created);
    expect(second.counts.rejected).toBe(30);
    expect(await countReviews(id)).toBe(2_470);
    expect(await rejectedLines(file)).toHaveLength(30);
  });

  it('tells what a dry run would do, and changes and remembers nothing', async () => {
    const { id, backend } = await organization('dry-run');
    const file = await folder.write('dry-run.ndjson', mixedRows(1_500));
    const { counts, state } = await importFile(file, backend, { dryRun: true });
    expect(counts).toEqual({ created: 1_482, updated: 0, unchanged: 0, rejected: 18 });
    expect(state).toBeNull();
    expect(await countReviews(id)).toBe(0);
  });

  it('halves a call that is refused as a whole, down to the rows that are the reason', async () => {
    const { backend } = await organization('halves');
    const rows = Array.from({ length: 300 }, (_, at) =>
      review(`r${at}`, at % 100 === 42 ? { rating: 'five' } : {}),
    );
    const file = await folder.write('halves.ndjson', ndjson(rows));
    // A check that lets everything pass: so the API itself refuses the types.
    const { counts } = await importFile(file, backend, { check: (row) => ({ row }) });
    expect(counts).toEqual({ created: 297, updated: 0, unchanged: 0, rejected: 3 });
    const lines = await rejectedLines(file);
    expect(lines.map(({ line }) => line)).toEqual([43, 143, 243]);
    expect(JSON.stringify(lines[0])).toContain('Float cannot represent non numeric value');
  });

  it('keeps what was sent when the file cannot be read to its end', async () => {
    const { id, backend } = await organization('cut-off');
    const noise = Array.from({ length: 3_500 }, (_, at) =>
      review(`r${at}`, { text: crypto.randomUUID().repeat(8) }),
    );
    const whole = await readFile(await folder.write('whole.ndjson.gz', ndjson(noise)));
    const file = await folder.write('cut-off.ndjson', whole.subarray(0, whole.length - 5_000));
    await expect(importFile(file, backend)).rejects.toThrow('unexpected end of file');
    const state = await readFile(join(folder.path, 'cut-off.ndjson.state'), 'utf8');
    const { rows } = JSON.parse(state) as { rows: number };
    expect(rows).toBeGreaterThan(0);
    expect(await countReviews(id)).toBe(rows);
  });
});
