import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { insertRow, SampleTenant } from '../db/sample-rows.ts';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';

let test: TestDatabase;
const ours = new SampleTenant(randomUUID());
const draft = { id: randomUUID(), number: 2, published_at: null };

beforeAll(async () => {
  test = await openTestDatabase();
  for (const table of ['organization', 'survey', 'survey_version']) {
    await insertRow(test.db, table, ours.row(table));
  }
});
afterAll(() => test.close());

const VERSION = 'organization_id = $1 and id = $2';
const published = () => [ours.organizationId, ours.id('survey_version')];
const unpublished = () => [ours.organizationId, draft.id];

it.each([
  ['definition', `'{"questions": [1]}'`],
  ['number', '7'],
  ['published_at', 'null'],
  ['question_count', '9'],
])('the %s of a published version is kept by the database itself', async (column, value) => {
  const sql = `update survey_version set ${column} = ${value} where ${VERSION}`;
  const refusal = { code: '23514', constraint: 'survey_version_is_immutable' };
  await expect(test.db.system(sql, published())).rejects.toMatchObject(refusal);
  await expect(
    test.db.unitOfWork(ours.organizationId, (uow) => uow.execute(sql, published())),
  ).rejects.toMatchObject(refusal);
});

it('a published version cannot be deleted', async () => {
  await expect(
    test.db.system(`delete from survey_version where ${VERSION}`, published()),
  ).rejects.toMatchObject({ code: '23514' });
});

it('a draft can be changed, published, and then no more', async () => {
  await insertRow(test.db, 'survey_version', { ...ours.row('survey_version'), ...draft });
  const change = `update survey_version set definition = '{"questions": [2]}' where ${VERSION}`;
  await test.db.system(change, unpublished());
  const publish = `update survey_version set published_at = now() where ${VERSION} returning id`;
  expect(await test.db.system(publish, unpublished())).toHaveLength(1);
  const again = `update survey_version set definition = '{"questions": [3]}' where ${VERSION}`;
  await expect(test.db.system(again, unpublished())).rejects.toMatchObject({ code: '23514' });
});
