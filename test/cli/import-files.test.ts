import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportState } from '../../src/cli/import/import-state.ts';
import { RejectedFile } from '../../src/cli/import/rejected-file.ts';
import { makeFolder } from './files.ts';
import type { Folder } from './files.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const PROGRESS = { rows: 3_000, rejected: 2, rejectedBytes: 120 };

describe('the state of an import', () => {
  it('is found again by the same import only', async () => {
    const path = join(folder.path, 'a.json');
    await new ImportState(path, { file: 1 }).save(PROGRESS);
    expect(await new ImportState(path, { file: 1 }).load()).toEqual(PROGRESS);
    expect(await new ImportState(path, { file: 2 }).load()).toBeNull();
  });

  it('is written whole or not at all, and leaves nothing else behind', async () => {
    const place = await makeFolder();
    const state = new ImportState(join(place.path, 'a.json'), {});
    for (let rows = 1; rows <= 20; rows++) await state.save({ ...PROGRESS, rows });
    expect(await readdir(place.path)).toEqual(['a.json']);
    await state.remove();
    await state.remove();
    expect(await readdir(place.path)).toEqual([]);
    await place.remove();
  });

  it.each(['', '{"version":1', '[]', '{"version":2}', '{"version":1,"rows":"many"}'])(
    'is nothing to go on from where it is damaged: %s',
    async (content) => {
      const path = await folder.write('damaged.json', content);
      expect(await new ImportState(path, {}).load()).toBeNull();
    },
  );

  it('is nothing to go on from where it is missing', async () => {
    expect(await new ImportState(join(folder.path, 'missing.json'), {}).load()).toBeNull();
  });
});

describe('the file of rejected rows', () => {
  const row = (line: number) => ({ line, reasons: [], row: { line } });
  const linesOf = async (path: string) =>
    (await readFile(path, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).line as number);

  it('is there only if there are any, and an old one goes', async () => {
    const path = await folder.write('rejected', 'of an earlier run');
    const file = await RejectedFile.open(path, 0);
    await file.write([]);
    await file.close();
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('goes on after what is accounted for, without what is not', async () => {
    const path = join(folder.path, 'rejected-2');
    const first = await RejectedFile.open(path, 0);
    await first.write([row(1), row(2)]);
    const { bytes } = first;
    await first.write([row(3)]);
    await first.close();
    const second = await RejectedFile.open(path, bytes);
    await second.write([row(3), row(4)]);
    await second.close();
    expect(await linesOf(path)).toEqual([1, 2, 3, 4]);
    expect(second.bytes).toBe((await readFile(path)).length);
  });

  it('begins anew where it was moved away or cut meanwhile', async () => {
    const path = join(folder.path, 'rejected-3');
    const moved = await RejectedFile.open(path, 500);
    await moved.write([row(5)]);
    await moved.close();
    expect(await linesOf(path)).toEqual([5]);
    await writeFile(path, '');
    const cut = await RejectedFile.open(path, 500);
    await cut.write([row(6)]);
    await cut.close();
    expect(await linesOf(path)).toEqual([6]);
    await rm(path);
  });
});
