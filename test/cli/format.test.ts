import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { detectFormat } from '../../src/cli/import/format.ts';
import { makeFolder } from './files.ts';
import type { Folder } from './files.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

describe('detectFormat', () => {
  it.each([
    ['reviews.ndjson', 'a,b', 'ndjson'],
    ['reviews.JSONL', 'a,b', 'ndjson'],
    ['reviews.ndjson.gz', 'a,b', 'ndjson'],
    ['reviews.csv', '{"a":1}', 'csv'],
    ['reviews.tsv.gz', '{"a":1}', 'csv'],
    ['by-content-1', '{"a":1}\n{"a":2}\n', 'ndjson'],
    ['by-content-2.gz', '{"a":1}\n{"a":2}\n', 'ndjson'],
    ['by-content-3.json', '{"a":1}', 'ndjson'],
    ['by-content-4.json', '{"reviews":[{"name":"x"}]}', 'takeout'],
    ['by-content-5.json', '{\n "reviews": [\n  {', 'takeout'],
    ['by-content-6.txt', 'id;date;text\n1;2;3\n', 'csv'],
    ['by-content-7.json', '\uFEFF\n {"a":1}\n{"a":2}', 'ndjson'],
  ])('says of %s holding %j: %s', async (name, content, format) => {
    expect(await detectFormat(await folder.write(name, content))).toBe(format);
  });

  it('takes a folder for a Takeout export', async () => {
    expect(await detectFormat(folder.path)).toBe('takeout');
  });

  it.each([
    ['a ZIP archive', 'takeout.zip', 'PK\u0003\u0004rest', /unpack it/],
    ['a JSON list', 'reviews.json', '[{"a":1}]', /jq -c '\.\[\]'/],
  ])('says what to do with %s', async (_, name, content, message) => {
    await expect(detectFormat(await folder.write(name, content))).rejects.toThrow(message);
  });
});
