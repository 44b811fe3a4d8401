import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ndjson, review } from './files.ts';
import { makeInstallation } from './installation.ts';
import type { Installation } from './installation.ts';

let here: Installation;
beforeAll(async () => {
  here = await makeInstallation();
});
afterAll(() => here.remove());

/** Where the state of an import is kept by default. */
const stateOf = (file: string) => `${file}.antiphon-import.json`;

async function countReviews(organization: string): Promise<number> {
  const { stdout } = await here.run('export', 'reviews', '--organization', organization);
  return stdout.split('\n').filter(Boolean).length;
}

async function makeOrganization(slug: string): Promise<void> {
  expect(await here.run('organizations', 'create', slug)).toMatchObject({ code: 0 });
}

const EVERY_CALL = ['--concurrency', '1'];

jest.setTimeout(180_000);

describe('antiphon import', () => {
  it('makes the organization of an empty database, and takes a file that is partly bad', async () => {
    const rows = Array.from({ length: 1_500 }, (_, at) => review(`r${at}`));
    const content = `${ndjson(rows)}{"broken\n${ndjson([review('bad', { rating: 11 })])}`;
    const file = await here.folder.write('first.ndjson.gz', content);
    const rejectedFile = `${file}.rejected.ndjson`;
    const first = await here.run('import', file, '--json');
    expect(first).toMatchObject({ code: 3, stderr: '' });
    expect(first.json).toEqual({
      ...{ created: 1_500, updated: 0, unchanged: 0, rejected: 2 },
      rejectedFile,
    });
    const rejected = (await readFile(rejectedFile, 'utf8')).trimEnd().split('\n');
    expect(rejected.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ line: 1_501, row: '{"broken' }),
      expect.objectContaining({ line: 1_502, row: review('bad', { rating: 11 }) }),
    ]);
    const again = await here.run('import', file);
    expect(again.code).toBe(3);
    expect(again.stdout).toMatch(
      /created\s+0\n\s+updated\s+0\n\s+unchanged\s+1,500\n\s+rejected\s+2\n/,
    );
    expect(again.stderr).toContain('Importing first.ndjson.gz (ndjson) into "demo" in');
    expect(existsSync(stateOf(file))).toBe(false);
    const { json } = await here.run('organizations', 'list', '--json');
    expect(json).toMatchObject([{ slug: 'demo' }]);
  });

  it('prints exactly the four counts where nothing is special', async () => {
    const file = await here.folder.write('plain.ndjson', ndjson([review('plain')]));
    const { code, stdout } = await here.run('import', file, '--json', '-o', 'demo');
    expect(code).toBe(0);
    expect(stdout).toBe('{"created":1,"updated":0,"unchanged":0,"rejected":0}\n');
  });

  it('goes on after Ctrl-C where it stopped', async () => {
    await makeOrganization('interrupted');
    const rows = Array.from({ length: 8_000 }, (_, at) => review(`r${at}`));
    const file = await here.folder.write('interrupted.ndjson', ndjson(rows));
    const args = ['import', file, '-o', 'interrupted', ...EVERY_CALL];
    const first = await here.stop('SIGINT', stateOf(file), ...args);
    expect(first.code).toBe(130);
    expect(first.stdout).toContain('Run the same command again to go on from here.');
    const { rows: done } = JSON.parse(await readFile(stateOf(file), 'utf8')) as { rows: number };
    expect(done).toBeLessThan(8_000);
    const second = await here.run('import', file, '-o', 'interrupted', '--json');
    expect(second.code).toBe(0);
    expect(second.json).toEqual({
      ...{ created: 8_000 - done, updated: 0, unchanged: 0, rejected: 0 },
      ...(done > 0 && { resumedFrom: done }),
    });
  });

  it('ends as if it had not been killed', async () => {
    await makeOrganization('killed');
    const rows = Array.from({ length: 6_000 }, (_, at) =>
      at % 1_000 === 5 ? review(`r${at}`, { rating: 'five' }) : review(`r${at}`),
    );
    const file = await here.folder.write('killed.ndjson', ndjson(rows));
    const args = ['import', file, '-o', 'killed', ...EVERY_CALL];
    expect((await here.stop('SIGKILL', stateOf(file), ...args)).code).toBeNull();
    const { rows: done } = JSON.parse(await readFile(stateOf(file), 'utf8')) as { rows: number };
    const second = await here.run('import', file, '-o', 'killed', '--json');
    expect(second.code).toBe(3);
    const { created, unchanged, rejected, resumedFrom } = second.json;
    expect(resumedFrom).toBe(done);
    expect(created + unchanged + rejected).toBe(6_000 - done);
    expect(await countReviews('killed')).toBe(6_000 - 6);
    const lines = (await readFile(`${file}.rejected.ndjson`, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    const third = await here.run('import', file, '-o', 'killed', '--json');
    expect(third).toMatchObject({ code: 3, stderr: '' });
    expect(third.json).toEqual({
      created: 0,
      updated: 0,
      unchanged: 5_994,
      rejected: 6,
      rejectedFile: `${file}.rejected.ndjson`,
    });
  });
});
