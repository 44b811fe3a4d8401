import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseSchema, SchemaComparator } from '@mikro-orm/sql';
import { KEY_KINDS } from '../../src/modules/accounts/key-token.ts';
import { MEMBER_ROLES } from '../../src/graphql/caller.ts';
import { ContactChannel } from '../../src/modules/customers/consent.ts';
import { CustomerEventKind } from '../../src/modules/customers/customer-event-kind.ts';
import { NpsSegment } from '../../src/modules/customers/nps-segment.ts';
import {
  InvitationState,
  InvitationTarget,
} from '../../src/modules/invitations/invitation-enums.ts';
import { Visualisation } from '../../src/modules/metrics/stored-view.ts';
import { RatingScale } from '../../src/modules/reviews/rating-scale.ts';
import { ReviewSource } from '../../src/modules/reviews/review.type.ts';
import { Sentiment } from '../../src/modules/reviews/sentiment.ts';
import { SURVEY_KINDS } from '../../src/modules/surveys/definition.ts';
import { entities } from '../../src/modules/entities.ts';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { tableKeys, tenantTables } from './catalog.ts';

/** Written and read in sets, by SQL only. */
const WITHOUT_ENTITY = [
  'days_packing',
  'feed_counter',
  'feed_event',
  'idempotency_record',
  'packed_days',
  'response_time_bucket',
  'review_segment',
  'review_total',
  'survey_rollup',
  'survey_time_bucket',
];

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase({ entities });
});
afterAll(() => test.close());

describe('entities and tables', () => {
  it('are one for one', async () => {
    const mapped = [...test.db.orm.getMetadata().getAll().values()].map((meta) => meta.tableName);
    expect([...mapped, ...WITHOUT_ENTITY].sort()).toEqual(await tenantTables(test.db));
  });

  it('agree on every column: its name, type, nullability, default and place in the key', async () => {
    const { stored, mapped, comparator } = await schemas();
    // The expressions are the migration's alone; that they are computed is seen below.
    for (const schema of [stored, mapped]) {
      for (const table of schema.getTables()) {
        for (const column of table.getColumns()) delete column.generated;
      }
    }
    const { changedTables, newTables } = comparator.compare(stored, mapped);
    const differences = Object.values(changedTables).flatMap((table) => [
      ...Object.keys(table.addedColumns).map((column) => `${table.name}.${column} is not stored`),
      ...Object.keys(table.removedColumns).map((column) => `${table.name}.${column} is not mapped`),
      ...Object.values(table.changedColumns).flatMap(({ oldColumnName, changedProperties }) =>
        [...changedProperties]
          .filter((property) => property !== 'enumItems')
          .map((property) => `${table.name}.${oldColumnName} has another ${property}`),
      ),
    ]);
    expect(Object.keys(newTables)).toEqual([]);
    expect(differences).toEqual([]);
  });

  it('agree on every reference and unique key', async () => {
    const { mapped } = await schemas();
    const describeKey = (table: string, columns: string[], target = '') =>
      `${table} (${columns.join(', ')}) ${target}`;
    const mappedKeys = mapped.getTables().flatMap((table) => [
      ...Object.values(table.getForeignKeys()).map((key) =>
        describeKey(
          table.name,
          key.columnNames,
          `${key.referencedTableName.replace('public.', '')} (${key.referencedColumnNames.join(', ')})`,
        ),
      ),
      ...table
        .getIndexes()
        .filter((index) => index.unique)
        .map((index) => describeKey(table.name, index.columnNames)),
    ]);
    const storedKeys = (await tableKeys(test.db))
      .filter(({ table, kind, target }) => {
        return kind !== 'i' && target !== 'organization' && !WITHOUT_ENTITY.includes(table);
      })
      .map(({ table, columns, target, targetColumns }) =>
        describeKey(
          table,
          columns,
          target === null ? '' : `${target} (${targetColumns.join(', ')})`,
        ),
      );
    expect(mappedKeys.sort()).toEqual(storedKeys.sort());
  });

  it('agree on the words of every enumeration', async () => {
    const checks = await test.db.system<{ column: string; words: string[] }>(`
      select c.conrelid::regclass || '.' || a.attname as "column",
        (select array_agg(word[1] order by word[1])
         from regexp_matches(pg_get_constraintdef(c.oid), '''([A-Z0-9_]+)''', 'g') as word) as words
      from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
      where c.contype = 'c' and c.connamespace = 'public'::regnamespace
        and pg_get_constraintdef(c.oid) like '%ANY (ARRAY[%' order by 1`);
    const sentiments = Object.keys(Sentiment).sort();
    expect(Object.fromEntries(checks.map(({ column, words }) => [column, words]))).toEqual({
      'api_key.kind': [...KEY_KINDS].sort(),
      'audit_entry.outcome': ['DONE', 'REFUSED'],
      'customer.csat_sentiment': sentiments,
      'customer.nps_segment': Object.keys(NpsSegment).sort(),
      'customer_consent.channel': Object.keys(ContactChannel).sort(),
      'customer_event.kind': Object.keys(CustomerEventKind).sort(),
      'feed_event.sentiment': sentiments,
      'invitation.channel': Object.keys(ContactChannel).sort(),
      'invitation.state': Object.keys(InvitationState).sort(),
      'invitation.target': Object.keys(InvitationTarget).sort(),
      'member.role': [...MEMBER_ROLES].sort(),
      'metric_view.visualisation': Object.keys(Visualisation).sort(),
      'response.origin': ['ANTIPHON', 'SOURCE'],
      'response.status': ['APPROVED', 'DRAFT', 'FAILED', 'PUBLISHED', 'REJECTED', 'SUBMITTED'],
      'review.sentiment': sentiments,
      'review.source': Object.keys(ReviewSource).sort(),
      'review_rollup.rating_scale': Object.keys(RatingScale).sort(),
      'review_total.span': ['DAY', 'MONTH'],
      'survey.kind': [...SURVEY_KINDS].sort(),
      'survey_response.channel': Object.keys(ContactChannel).sort(),
      'survey_response.segment': Object.keys(NpsSegment).sort(),
      'survey_response.sentiment': sentiments,
      'survey_response.state': ['COMPLETED', 'PARTIAL'],
      'survey_schedule.channel': Object.keys(ContactChannel).sort(),
      'survey_schedule.target': Object.keys(InvitationTarget).sort(),
    });
  });
});

async function schemas() {
  const { orm } = test.db;
  const platform = orm.em.getPlatform();
  return {
    stored: await DatabaseSchema.create(orm.em.getConnection(), platform, orm.config),
    mapped: DatabaseSchema.fromMetadata(
      [...orm.getMetadata().getAll().values()],
      platform,
      orm.config,
      'public',
    ),
    comparator: new SchemaComparator(platform),
  };
}
