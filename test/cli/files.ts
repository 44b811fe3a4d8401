import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SourceRow } from '../../src/cli/import/source-row.ts';

/** A folder of a test, with a space in its path; everything in it goes when the test is over. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  /** Writes a file, gzipped where its name ends in .gz, and gives its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  remove(): Promise<void>;
}

export async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'antiphon test '));
  const remove = () => rm(path, { recursive: true, force: true });
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, name.endsWith('.gz') ? gzipSync(content) : content);
      return file;
    },
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const row of rows) collected.push(row);
  return collected;
}

/** `3 {row}` for a row on line 3, `3 ! message` for one that is refused. */
export function told(rows: readonly SourceRow[]): unknown[] {
  return rows.map((each) => {
    const at = each.place.line ?? each.place.index;
    return 'row' in each ? [at, each.row] : [at, each.error.message];
  });
}

/** A row as `antiphon import` takes it. */
export function review(externalId: string, fields: object = {}): Record<string, unknown> {
  return {
    source: 'GOOGLE',
    externalId,
    locationExternalId: 'loc-1',
    locationName: 'Corner Café',
    rating: 4,
    text: `A text about ${externalId}.`,
    authoredAt: '2025-03-03T13:42:36Z',
    ...fields,
  };
}

export function ndjson(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
