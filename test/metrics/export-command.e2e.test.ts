import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import { ndjson, review } from '../cli/files.ts';
import { type Installation, makeInstallation } from '../cli/installation.ts';

let here: Installation;

beforeAll(async () => {
  here = await makeInstallation();
  const today = new Date().toISOString();
  const rows = Array.from({ length: 12 }, (_, i) =>
    review(`metric-${i}`, {
      source: i % 2 === 0 ? 'GOOGLE' : 'YELP',
      // The last four are too old for the view.
      authoredAt: i < 8 ? today : '2020-01-01T00:00:00Z',
    }),
  );
  const file = await here.folder.write('rows.ndjson', ndjson(rows));
  await here.run('import', file, '--json');
}, 120_000);
afterAll(() => here.remove());

const lines = (text: string): Record<string, never>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, never>);

describe('antiphon export metrics', () => {
  it('writes the numbers of a view', async () => {
    const out = `${here.folder.path}/overview.csv`;
    const written = await here.run(
      'export',
      'metrics',
      '--view',
      'overview',
      '--output',
      out,
      '--json',
    );
    expect(written).toMatchObject({ code: 0, json: { rows: 30 } });
    const { stdout } = await here.run('export', 'metrics', '--view', 'overview', '--format', 'csv');
    const rows: Record<string, string>[] = parseCsv(stdout, { columns: true });
    expect(rows).toHaveLength(30);
    const count = rows.reduce((sum, row) => sum + Number(row['REVIEW_COUNT']), 0);
    expect(count).toBe(8);
  });

  it('and of a query in a file', async () => {
    const query = {
      measures: ['REVIEW_COUNT'],
      dimensions: ['SOURCE'],
      range: { from: '2020-01-01', to: '2020-12-31' },
    };
    const file = await here.folder.write('query.json', JSON.stringify(query));
    const { stdout } = await here.run('export', 'metrics', '--query', file);
    const counts = lines(stdout).map(({ dimensions, values }) => [dimensions, values]);
    expect(counts).toMatchObject([
      [{ SOURCE: { value: 'GOOGLE' } }, { REVIEW_COUNT: { value: 2, n: 2 } }],
      [{ SOURCE: { value: 'YELP' } }, { REVIEW_COUNT: { value: 2, n: 2 } }],
    ]);
    const behind = await here.run('export', 'reviews', '--query', file, '--source', 'yelp');
    expect(lines(behind.stdout).map(({ externalId }) => externalId)).toEqual([
      'metric-9',
      'metric-11',
    ]);
  });

  it('with export reviews: those that a view is about', async () => {
    const { stdout } = await here.run('export', 'reviews', '--view', 'overview');
    expect(lines(stdout)).toHaveLength(8);
  });

  it.each([
    ['neither view nor query', ['metrics'], 2, /--view <key> or by --query/],
    [
      'both',
      ['metrics', '--view', 'overview', '--query', 'x.json'],
      2,
      /--view <key> or by --query/,
    ],
    ['a view that is none', ['metrics', '--view', 'none'], 1, /no metric view "none"/],
    ['a file that is none', ['metrics', '--query', '/nowhere.json'], 2, /cannot be read/],
    [
      'reviews of a view that is over surveys',
      ['reviews', '--view', 'customer-feedback'],
      2,
      /NPS is not over reviews/,
    ],
    [
      'locations of a view',
      ['locations', '--view', 'overview'],
      2,
      /No metric view is about locations/,
    ],
    [
      'filters of reviews',
      ['metrics', '--view', 'overview', '--source', 'YELP'],
      2,
      /Reviews can be filtered so/,
    ],
  ])('refuses %s, and says so', async (_name, args, code, message) => {
    const refused = await here.run('export', ...args);
    expect(refused).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('says what is wrong with a query', async () => {
    const query = { measures: ['REVIEW_COUNT'], range: { from: '2026-02-01', to: '2026-01-01' } };
    const file = await here.folder.write('reversed.json', JSON.stringify(query));
    const refused = await here.run('export', 'metrics', '--query', file);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('The range is reversed');
  });
});
