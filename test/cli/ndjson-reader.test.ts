import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBytes } from '../../src/cli/import/byte-source.ts';
import { readNdjson } from '../../src/cli/import/ndjson-reader.ts';
import { MAX_ROW_BYTES } from '../../src/cli/import/source-row.ts';
import { collect, makeFolder, told } from './files.ts';
import type { Folder } from './files.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

async function read(content: string | Uint8Array, options: { name?: string; skip?: number } = {}) {
  const file = await folder.write(options.name ?? 'rows.ndjson', content);
  const source = await openBytes(file);
  return collect(readNdjson(source, { encoding: 'utf-8', skip: options.skip ?? 0 }));
}

describe('readNdjson', () => {
  it('gives each line with its number, and no blank ones', async () => {
    const rows = await read('{"a":1}\n\n  \t\n{"a":2}\n{"a":3}');
    expect(told(rows)).toEqual([
      [1, { a: 1 }],
      [4, { a: 2 }],
      [5, { a: 3 }],
    ]);
  });

  it('does not split at the line separators of Unicode inside of a string', async () => {
    const text = 'one\u2028two\u2029three\u0085four';
    const rows = await read(`${JSON.stringify({ text })}\n{"text":"next"}\n`);
    expect(told(rows)).toEqual([
      [1, { text }],
      [2, { text: 'next' }],
    ]);
  });

  it('takes a byte order mark and the line ends of Windows', async () => {
    expect(told(await read('\uFEFF{"a":1}\r\n{"a":2}\r\n'))).toEqual([
      [1, { a: 1 }],
      [2, { a: 2 }],
    ]);
  });

  it('reads gzip whatever the name says', async () => {
    const rows = await read('{"a":1}\n{"a":2}\n', { name: 'rows.ndjson.gz' });
    expect(rows.map((row) => row.place.line)).toEqual([1, 2]);
  });

  it('refuses bad lines and reads on', async () => {
    const bad = Buffer.concat([
      Buffer.from('{"a":1}\n{"a":\n[1]\n"text"\nnull\n{"a":"'),
      Buffer.from([0xff, 0xe9]),
      Buffer.from('"}\n{"a":2}\n'),
    ]);
    expect(told(await read(bad))).toEqual([
      [1, { a: 1 }],
      [2, expect.stringContaining('not valid JSON')],
      [3, expect.stringContaining('not an object')],
      [4, expect.stringContaining('not an object')],
      [5, expect.stringContaining('not an object')],
      [6, expect.stringContaining('not valid UTF-8')],
      [7, { a: 2 }],
    ]);
  });

  it('refuses a line of a megabyte, shows its beginning, and reads on', async () => {
    const long = JSON.stringify({ text: 'x'.repeat(1024 * 1024) });
    const [first, second] = await read(`${long}\n{"a":2}\n`);
    expect(first).toMatchObject({
      place: { line: 1 },
      error: { code: 'LIMIT_EXCEEDED', message: 'The row is longer than 256 KiB.', path: [] },
    });
    expect(first?.original).toMatch(/^\{"text":"x+ …$/);
    expect(second).toMatchObject({ place: { line: 2 }, row: { a: 2 } });
  });

  it('takes a line up to the limit, and not a byte more', async () => {
    const ofBytes = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    const rows = await read(`${ofBytes(MAX_ROW_BYTES)}\n${ofBytes(MAX_ROW_BYTES + 1)}\n`);
    expect(rows.map((row) => 'row' in row)).toEqual([true, false]);
  });

  it('skips rows that are done, keeping the numbers of the lines', async () => {
    const rows = await read('{"a":1}\n\nbroken\n{"a":3}\n', { skip: 2 });
    expect(told(rows)).toEqual([[4, { a: 3 }]]);
  });

  it('keeps characters whole that stand on the edge of two chunks', async () => {
    const line = `${JSON.stringify({ text: '日本語のテキスト🙂'.repeat(40) })}\n`;
    const rows = await read(line.repeat(500));
    expect(rows).toHaveLength(500);
    expect(new Set(rows.map((row) => JSON.stringify(row.original)))).toEqual(
      new Set([line.trimEnd()]),
    );
  });

  it('tells how much of the file was read', async () => {
    const content = '{"a":1}\n'.repeat(40_000);
    const rows = await read(content);
    expect(rows.at(-1)?.bytesRead).toBe(content.length);
    expect(rows[0]?.bytesRead).toBeLessThan(content.length);
  });

  it('gives the rows before the end of a gzip that was cut off, and then fails', async () => {
    const whole = await folder.write('cut.ndjson.gz', '{"a":1}\n'.repeat(200_000));
    const { readFile } = await import('node:fs/promises');
    const bytes = await readFile(whole);
    const file = await folder.write('cut.ndjson', bytes.subarray(0, bytes.length - 200));
    let rows = 0;
    const reading = (async () => {
      const options = { encoding: 'utf-8', skip: 0 } as const;
      for await (const row of readNdjson(await openBytes(file), options))
        rows += row.place.line! > 0 ? 1 : 0;
    })();
    await expect(reading).rejects.toThrow('unexpected end of file');
    expect(rows).toBeGreaterThan(1_000);
  });

  it('reads UTF-16 where it is told so', async () => {
    const file = await folder.write(
      'utf16',
      Buffer.from('\uFEFF{"a":"é"}\n{"a":"日"}\n', 'utf16le'),
    );
    const source = await openBytes(file);
    const rows = await collect(readNdjson(source, { encoding: 'utf-16le', skip: 0 }));
    expect(told(rows)).toEqual([
      [1, { a: 'é' }],
      [2, { a: '日' }],
    ]);
  });
});
