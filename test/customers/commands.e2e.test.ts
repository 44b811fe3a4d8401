import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { ndjson } from '../cli/files.ts';
import { type Installation, makeInstallation } from '../cli/installation.ts';

let here: Installation;
beforeAll(async () => {
  here = await makeInstallation();
});
afterAll(() => here.remove());

jest.setTimeout(180_000);

const CSV = `Customer ID,Full name,E-mail address,Member since,Opt-in,Language,Shoe size
1,Ann Lee,ann@example.org,03/02/2025,yes,nl-NL,38
2,"Bob ""B"" Ray",,,no,,44
3,Eve,no address,,,,
4,Zed,,,perhaps,,
`;
const READING = ['--map', 'Member since=signedUpAt', '--date-format', 'dd/MM/yyyy'];

const ANN = {
  externalId: '1',
  name: 'Ann Lee',
  email: 'ann@example.org',
  locale: 'nl-NL',
  timeZone: 'UTC',
  signedUpAt: '2025-02-03T00:00:00.000Z',
  consents: { email: true },
};
const BOB = {
  externalId: '2',
  name: 'Bob "B" Ray',
  locale: 'en',
  timeZone: 'UTC',
  consents: { email: false },
};

it('customers are imported from a CSV, tried first, and exported as they were', async () => {
  const file = await here.folder.write('customers.csv', CSV);
  const tried = await here.run('import', 'customers', file, ...READING, '--dry-run', '--json');
  expect(tried.json).toMatchObject({ created: 2, rejected: 2, dryRun: true });
  expect((await here.run('export', 'customers')).stdout).toBe('');

  const imported = await here.run('import', 'customers', file, ...READING, '--json');
  expect(imported.json).toMatchObject({ created: 2, updated: 0, unchanged: 0, rejected: 2 });
  const rejected = (await readFile(`${file}.rejected.ndjson`, 'utf8')).trimEnd().split('\n');
  expect(rejected.map((line) => JSON.parse(line).reasons[0].path)).toEqual([
    ['email'],
    ['consents', 'email'],
  ]);

  const { stdout } = await here.run('export', 'customers');
  const rows = stdout.trimEnd().split('\n');
  expect(rows.map((line) => JSON.parse(line) as unknown)).toEqual([ANN, BOB]);

  const csv = `${here.folder.path}/out.csv`;
  expect((await here.run('export', 'customers', '--output', csv, '--json')).json).toEqual({
    rows: 2,
  });
  const again = await here.run('import', 'customers', csv, '--json');
  expect(again.json).toEqual({ created: 0, updated: 0, unchanged: 2, rejected: 0 });
});

it('a segment is written alone', async () => {
  const lost = { externalId: 'lost', name: 'Lost', churnedAt: '2025-03-01T00:00:00Z' };
  const file = await here.folder.write('lost.ndjson', ndjson([lost]));
  await here.run('import', 'customers', file);
  const segments = ['--segment', 'silent-churn', 'at-risk'];
  const { stdout } = await here.run('export', 'customers', ...segments, '--format', 'csv');
  const [head = '', row = '', ...more] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^externalId,name,email,phone,/);
  expect(row).toMatch(/^lost,Lost,/);
  expect(more).toEqual([]);
});

it.each([
  [['import', 'invoices', 'x.csv'], '"invoices" cannot be imported; reviews, locations'],
  [['import', 'customers', 'x.csv', '--products'], 'Say once what the file holds'],
  [['export', 'customers', '--sentiment', 'NEGATIVE'], 'Reviews can be filtered so'],
  [['export', 'reviews', '--segment', 'at-risk'], 'Customers are in segments'],
  [['export', 'customers', '--segment', 'rich'], 'Allowed choices are promoter'],
  [['export', 'customers', '--view', 'overview'], 'No metric view is about customers'],
])('%j is refused: %s', async (args, message) => {
  const { code, stderr } = await here.run(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
