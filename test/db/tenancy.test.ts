import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import {
  tableKeys,
  tableNames,
  tenantTables,
  UNTENANTED_TABLES,
  type TableKey,
} from './catalog.ts';
import { insertRow, SampleTenant } from './sample-rows.ts';

/** What is found before its tenant is known, or belongs to none; each with its reason. */
const NOT_LED_BY_TENANT = new Set([
  'organization_pkey', // the tenant itself
  'organization_slug_key', // a command names its organization so
  'api_key_hash', // admission finds the key first
  'member_issuer_subject', // admission finds the person first
  'member_open_invitation', // and an invitation by its address
  'survey_response_params', // an index of JSON takes no ids; that of the survey narrows it
  'alert_mail_due', // whoever sends mail looks for what is due anywhere
]);

/** Their references are their key: a second row clashes. */
const KEYED_BY_REFERENCES = new Set(['review_rollup', 'customer_consent', 'alert_mail']);

/** Whose organization is proven by what they are made of, the counter of the feed or the rows that are counted: to prove it again is dear. */
const PROVEN_ALREADY = [
  'feed_event',
  'review_total',
  'packed_days',
  'review_segment',
  'response_time_bucket',
  'survey_rollup',
  'survey_time_bucket',
];

let test: TestDatabase;
let keys: TableKey[];
const ours = new SampleTenant(randomUUID());
const theirs = new SampleTenant(randomUUID());

beforeAll(async () => {
  test = await openTestDatabase();
  keys = await tableKeys(test.db);
  await ours.insertAll(test.db);
  await theirs.insertAll(test.db);
});
afterAll(() => test.close());

describe('the keys of the tables', () => {
  it('are all seen by this test', async () => {
    expect(await tenantTables(test.db)).toEqual([...SampleTenant.tables].sort());
    expect(await tableNames(test.db)).toEqual(expect.arrayContaining(UNTENANTED_TABLES));
    expect(keys.filter(({ kind }) => kind === 'p')).toHaveLength(SampleTenant.tables.length);
  });

  it('begin with the organization: primary keys, unique keys and indexes', () => {
    const others = keys.filter(
      ({ kind, columns, name }) =>
        kind !== 'f' && columns[0] !== 'organization_id' && !NOT_LED_BY_TENANT.has(name),
    );
    expect(others).toEqual([]);
  });

  it('begin with the organization on both sides of every foreign key', () => {
    const others = keys.filter(({ kind, target, columns, targetColumns }) => {
      if (kind !== 'f') return false;
      const ofTarget = target === 'organization' ? 'id' : 'organization_id';
      return columns[0] !== 'organization_id' || targetColumns[0] !== ofTarget;
    });
    expect(others).toEqual([]);
  });

  it('have an index for each reference from many rows, so that checking it is no scan', () => {
    const indexes = keys.filter(({ kind }) => kind !== 'f');
    const unindexed = keys.filter(
      ({ kind, table, columns, target }) =>
        kind === 'f' &&
        target !== 'organization' &&
        !indexes.some(
          (index) =>
            index.table === table &&
            columns.every((column, position) => index.columns[position] === column),
        ),
    );
    // Members and keys are not deleted, so nothing looks for the responses of one. Versions that were
    // published stay, and a survey's responses are found by the index of the survey.
    expect(unindexed.map(({ table, columns }) => `${table}.${columns[1]}`).sort()).toEqual([
      'alert_mail.member_id',
      'detractor_alert.acknowledged_by',
      'response.author_key_id',
      'response.author_member_id',
      'survey_response.survey_id',
    ]);
  });
});

describe('a reference to a row of another organization', () => {
  it('is refused by the database itself, for every foreign key there is', async () => {
    const references = keys.filter(({ kind, columns }) => kind === 'f' && columns.length > 1);
    expect(references.length).toBeGreaterThanOrEqual(12);
    for (const { table, name, columns } of references) {
      const stranger = theirs.row(table);
      const row = ours.row(table, { fresh: true });
      for (const column of columns.slice(1)) {
        expect({ table, column, value: stranger[column] }).toEqual({
          table,
          column,
          value: expect.anything(),
        });
        row[column] = stranger[column];
      }
      await expect(insertRow(test.db, table, row)).rejects.toMatchObject({
        code: '23503',
        constraint: name,
      });
    }
  });

  it('is the only thing wrong with those rows: with their own references they are stored', async () => {
    const referring = new Set(
      keys
        .filter(({ kind, columns }) => kind === 'f' && columns.length > 1)
        .map(({ table }) => table),
    );
    for (const table of referring) {
      if (KEYED_BY_REFERENCES.has(table)) continue;
      await insertRow(test.db, table, ours.row(table, { fresh: true }));
    }
  });

  it('is refused as well where the organization itself is unknown', async () => {
    const nobody = randomUUID();
    const referring = SampleTenant.tables.filter(
      (name) => name !== 'organization' && !PROVEN_ALREADY.includes(name),
    );
    for (const table of referring) {
      const row = { ...ours.row(table, { fresh: true }), organization_id: nobody };
      await expect(insertRow(test.db, table, row)).rejects.toMatchObject({ code: '23503' });
    }
  });
});
