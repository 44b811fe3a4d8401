import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { openDatabase } from '../../src/db/database.ts';
import { ndjson, review } from './files.ts';
import { makeInstallation } from './installation.ts';
import type { Installation } from './installation.ts';

// Commands are processes, and a first one may have to build.
jest.setTimeout(180_000);

let here: Installation;
beforeAll(async () => {
  here = await makeInstallation();
  await here.run('organizations', 'create', 'acme');
  const file = await here.folder.write(
    'reviews.ndjson',
    ndjson([1, 2, 3].map((n) => review(`r-${n}`))),
  );
  expect(await here.run('import', file)).toMatchObject({ code: 0 });
});
afterAll(() => here.remove());

/** Changes the database as nobody should. */
async function damage(sql: string): Promise<void> {
  const { DATABASE_URL: url, ANTIPHON_DATA_DIR: dataDir } = here.env;
  const db = await openDatabase(url === undefined ? { dataDir } : { url });
  try {
    await db.system(sql);
  } finally {
    await db.close();
  }
}

it('rollups are verified, each difference is named, and they are rebuilt', async () => {
  const whole = await here.run('rollups', 'verify', '--json');
  expect(whole.json).toEqual({ organizations: [{ slug: 'acme', count: 0, differences: [] }] });
  expect(whole.code).toBe(0);

  await damage(`update review_total set reviews = 40 where span = 'MONTH'`);
  const told = await here.run('rollups', 'verify');
  expect(told.code).toBe(1);
  expect(told.stdout).toMatch(/acme: \d+ rows differ from what they count/);
  expect(told.stdout).toMatch(/review_total \S+ MONTH \S+: reviews is 40, and should be \d/);
  expect(told.stdout).toContain('antiphon rollups rebuild --organization acme');
  const damaged = await here.run('rollups', 'verify', '--json');
  expect(damaged.json.organizations[0].differences[0]).toMatchObject({
    table: 'review_total',
    key: { span: 'MONTH' },
    stored: { reviews: 40 },
  });

  // Of surveys as well: here, of one that nobody has.
  await damage(
    `insert into survey_rollup (organization_id, place_id, day, survey_id, version, scale, channel, touchpoint, kind, question_count, answers)
     select id, id, '2026-01-01', id, 1, 'NPS_10', 'EMAIL', '', 'NPS', 2, 5 from organization`,
  );
  expect((await here.run('rollups', 'verify')).stdout).toMatch(
    /survey_rollup \S+ 2026-01-01 .*NPS.*: answers is 5, and should be 0/,
  );

  expect(await here.run('rollups', 'rebuild', '--organization', 'acme')).toMatchObject({
    code: 0,
    stdout: 'acme: made anew.\n',
  });
  expect(await here.run('rollups', 'verify')).toMatchObject({
    code: 0,
    stdout: 'acme: every rollup says what the rows behind it say.\n',
  });
});

it('days are packed, each month once', async () => {
  const packed = await here.run('rollups', 'pack', '--json');
  expect(packed.code).toBe(0);
  // Rebuilding has packed them.
  expect(packed.json).toEqual({ organizations: [{ slug: 'acme', months: 0 }] });
  await damage('update review_total set revision = revision + 1');
  const again = await here.run('rollups', 'pack');
  expect(again.stdout).toMatch(/^acme: [1-9]\d* months packed\.\n$/);
});

it('an organization that is not there is called wrongly', async () => {
  const { code, stderr } = await here.run('rollups', 'verify', '--organization', 'nobody');
  expect(code).toBe(2);
  expect(stderr).toContain('There is no organization "nobody"; there are: acme.');
});
