import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';

// Run on both databases: the same expectations are what makes them alike.
const AT = '2026-03-29T01:30:00.123Z';
const ID = '0198f0a4-0000-7000-8000-000000000001';

const RESULTS: [sql: string, value: unknown][] = [
  [`timestamptz '2026-03-29 02:30:00.123+01'`, new Date(AT)],
  [`timestamptz '0044-03-15 12:00:00+00'`, new Date('0044-03-15T12:00:00Z')],
  [`array[timestamptz '2026-03-29 02:30:00.123+01', null]`, [new Date(AT), null]],
  [`date '2026-03-29'`, '2026-03-29'],
  [`array[date '2026-03-29']`, ['2026-03-29']],
  [`timestamp '2026-03-29 02:30:00'`, '2026-03-29 02:30:00'],
  [`interval '1 day 02:00'`, '1 day 02:00:00'],
  [`9007199254740991::bigint`, 9007199254740991],
  [`-9007199254740993::bigint`, -9007199254740993n],
  [`array[1, null, 9007199254740993]::bigint[]`, [1, null, 9007199254740993n]],
  [`count(*)`, 1],
  [`sum(1)`, 1],
  [`1.50::numeric(4,2)`, '1.50'],
  [`array[1.5, null]::numeric[]`, ['1.5', null]],
  [`0.1::double precision`, 0.1],
  [`'NaN'::double precision`, Number.NaN],
  [`1.5::real`, 1.5],
  [`7::integer`, 7],
  [`7::smallint`, 7],
  [`array[1, 2]`, [1, 2]],
  [`true`, true],
  [`array[true, false]`, [true, false]],
  [`'${ID}'::uuid`, ID],
  [`array['${ID}'::uuid]`, [ID]],
  [`array['a', 'b,"c\\d', null, '']`, ['a', 'b,"c\\d', null, '']],
  [`'{}'::text[]`, []],
  [`'{"a": [1, null], "b": "ü"}'::jsonb`, { a: [1, null], b: 'ü' }],
  [`'"text"'::jsonb`, 'text'],
  [`'null'::jsonb`, null],
  [`'{"a": 1}'::json`, { a: 1 }],
  [`'\\x00ff'::bytea`, Buffer.from([0, 255])],
  [`to_tsvector('simple', 'b a')`, `'a':2 'b':1`],
  [`null::timestamptz`, null],
  [`'ü€😀'::text`, 'ü€😀'],
];

const PARAMETERS: [type: string, value: unknown, text: string | null][] = [
  ['timestamptz', new Date(AT), '2026-03-29 01:30:00.123+00'],
  ['timestamptz', AT, '2026-03-29 01:30:00.123+00'],
  ['date', '2026-03-29', '2026-03-29'],
  ['bigint', 9007199254740991, '9007199254740991'],
  ['bigint', 9007199254740993n, '9007199254740993'],
  ['numeric', '1.50', '1.50'],
  ['numeric', 1.5, '1.5'],
  ['double precision', 0.1, '0.1'],
  ['integer', 7, '7'],
  ['boolean', true, 'true'],
  ['boolean', false, 'false'],
  ['uuid', ID, ID],
  ['text', 'ü€😀', 'ü€😀'],
  ['text', '', ''],
  ['text[]', ['a', 'b,"c\\d', '', null], '{a,"b,\\"c\\\\d","",NULL}'],
  ['text[]', [], '{}'],
  ['uuid[]', [ID], `{${ID}}`],
  ['jsonb', { a: [1] }, '{"a": [1]}'],
  ['jsonb', '[{"a": "ü"}]', '[{"a": "ü"}]'],
  ['bytea', Buffer.from([0, 255]), '\\x00ff'],
  ['text', null, null],
  ['timestamptz', null, null],
];

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

async function everyWay<Row extends object>(
  select: string,
  values: readonly unknown[] = [],
): Promise<Row[][]> {
  const shifted = select.replaceAll('$1', '$2');
  const tenanted = `${shifted} /* organization_id = $1 */ where $1::uuid is not null`;
  return [
    await test.db.system<Row>(select, values),
    await test.db.read<Row>(test.organizationId, tenanted, values),
    await test.db.unitOfWork(test.organizationId, (uow) => uow.execute<Row>(select, values)),
  ];
}

describe('a result', () => {
  it.each(RESULTS)('%s', async (sql, value) => {
    for (const rows of await everyWay(`select ${sql} as value`)) expect(rows).toEqual([{ value }]);
  });

  it('is a plain object with the columns as they are called', async () => {
    const [row] = await test.db.system('select 1 as "aB", 2 as c');
    expect(row).toEqual({ aB: 1, c: 2 });
  });
});

describe('a parameter', () => {
  it.each(PARAMETERS)('of type %s: %p', async (type, value, text) => {
    // The time zone of a session shows in the text of a time only.
    const select = `select ${type === 'timestamptz' ? `to_char($1::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') || '+00'` : `$1::${type}::text`} as text`;
    for (const rows of await everyWay(select, [value])) expect(rows).toEqual([{ text }]);
  });

  it('is a whole batch as one JSON text', async () => {
    const batch = [
      { id: ID, at: AT, tags: ['a'], rating: 4.5, missing: null },
      { id: ID, at: AT, tags: [], rating: null },
    ];
    const select = `select id, at, tags, rating, missing from jsonb_to_recordset($1::jsonb)
      as x(id uuid, at timestamptz, tags text[], rating numeric(4,2), missing text)`;
    const rows = await test.db.unitOfWork(test.organizationId, (uow) =>
      uow.execute(select, [JSON.stringify(batch)]),
    );
    expect(rows).toEqual([
      { id: ID, at: new Date(AT), tags: ['a'], rating: '4.50', missing: null },
      { id: ID, at: new Date(AT), tags: [], rating: null, missing: null },
    ]);
  });
});
