import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSource } from '../../src/cli/import/import-source.ts';
import type { RowKind } from '../../src/cli/import/row-fields.ts';
import { collect, makeFolder, told } from './files.ts';
import type { Folder } from './files.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

interface Options {
  kind?: RowKind;
  map?: Record<string, string>;
  given?: string[];
  delimiter?: string;
  skip?: number;
}

async function open(content: string | Uint8Array, options: Options = {}) {
  const file = await folder.write('rows.csv', content);
  return openSource(file, {
    kind: options.kind ?? 'reviews',
    columns: new Map(Object.entries(options.map ?? {})),
    given: options.given ?? ['source'],
    delimiter: options.delimiter,
  });
}

async function read(content: string | Uint8Array, options: Options = {}) {
  return told(await collect((await open(content, options)).rows(options.skip ?? 0)));
}

describe('a CSV of reviews', () => {
  it('finds columns by their names', async () => {
    const header = 'Review ID;Site;Stars;Headline;Comment;Author;Review date;Store code;Reply\r\n';
    const rows = await read(
      `${header}r1;Google;4,5;Nice;"Good; really";Ann;2026-01-02;ams;Thanks!\r\n`,
    );
    expect(rows).toEqual([
      [
        2,
        {
          externalId: 'r1',
          source: 'Google',
          rating: 4.5,
          title: 'Nice',
          text: 'Good; really',
          authorName: 'Ann',
          authoredAt: '2026-01-02',
          locationExternalId: 'ams',
          response: { body: 'Thanks!' },
        },
      ],
    ]);
  });

  it('maps columns as told, and names those that are not used', async () => {
    const source = await open('Order,When,Score,Date,Note\n7,2026-01-02,8,never,hi\n', {
      map: { Order: 'externalId', When: 'authoredAt', Score: 'rating', Note: 'text' },
    });
    expect(source.notices).toEqual(['Columns that are not used: Date.']);
    expect(told(await collect(source.rows(0)))).toEqual([
      [2, { externalId: '7', authoredAt: '2026-01-02', rating: 8, text: 'hi' }],
    ]);
  });

  it('takes an empty rating for a review without one, and leaves empty cells out', async () => {
    expect(await read('id,date,rating,text\nr1,2026-01-02,,hello\n')).toEqual([
      [2, { externalId: 'r1', authoredAt: '2026-01-02', text: 'hello', ratingScale: 'TEXT_ONLY' }],
    ]);
  });

  it('leaves what is no number to the check of rows', async () => {
    const [[, row]] = (await read('id,date,rating\nr1,2026-01-02,five\n')) as [[number, object]];
    expect(row).toMatchObject({ rating: 'five' });
  });

  it.each([
    ['a tab', '\t'],
    ['a comma', ','],
    ['a semicolon', ';'],
    ['a bar', '|'],
  ])('finds out that %s is between cells', async (_, delimiter) => {
    const content = [
      ['id', 'date', '"text, long; really"'],
      ['r1', '2026-01-02', 'x'],
    ]
      .map((cells) => cells.join(delimiter))
      .join('\n');
    expect(await read(content)).toEqual([[2, { externalId: 'r1', authoredAt: '2026-01-02' }]]);
  });

  it('refuses rows of another width, but not for empty cells at the end', async () => {
    expect(
      await read('id,date,text\nr1,2026-01-02\nr2,2026-01-02,a,\nr3,2026-01-02,a,b\n'),
    ).toEqual([
      [2, 'The row has 2 cells, and the file has 3 columns.'],
      [3, { externalId: 'r2', authoredAt: '2026-01-02', text: 'a' }],
      [4, 'The row has 4 cells, and the file has 3 columns.'],
    ]);
  });

  it('goes on after rows that are done', async () => {
    const rows = await read('id,date\nr1,2026-01-02\n\nr2,2026-01-03\n', { skip: 1 });
    expect(rows).toEqual([[4, { externalId: 'r2', authoredAt: '2026-01-03' }]]);
  });
});

describe('the encoding of a CSV', () => {
  const content = 'id,date,text\nr1,2026-01-02,Café crème à volonté\n';
  const rows = [[2, { externalId: 'r1', authoredAt: '2026-01-02', text: 'Café crème à volonté' }]];

  it.each([
    ['UTF-8', Buffer.from(content)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${content}`)],
    ['UTF-16LE', Buffer.from(`\uFEFF${content}`, 'utf16le')],
    ['UTF-16BE', Buffer.from(`\uFEFF${content}`, 'utf16le').swap16()],
    ['windows-1252', Buffer.from(content, 'latin1')],
  ])('is found out to be %s', async (_, bytes) => {
    expect(await read(bytes)).toEqual(rows);
  });

  it('stays UTF-8 where a few rows are broken, and refuses those', async () => {
    const broken = Buffer.concat([
      Buffer.from(`${content}r2,2026-01-03,caf`),
      Buffer.from([0xe9]),
      Buffer.from('\nr3,2026-01-04,its own \uFFFD\n'),
    ]);
    expect(await read(broken)).toEqual([
      ...rows,
      [3, 'The row is not valid UTF-8; --encoding names another encoding.'],
      [4, { externalId: 'r3', authoredAt: '2026-01-04', text: 'its own \uFFFD' }],
    ]);
  });
});

describe('a CSV of locations', () => {
  it('takes tags, groups and addresses apart', async () => {
    const content =
      'Code,Name,Tags,Group,Street,City,Country\nams-1,Corner,"café; terrace",Brand > Netherlands,Dam 1,Amsterdam,NL\n';
    expect(await read(content, { kind: 'locations', given: [] })).toEqual([
      [
        2,
        {
          externalId: 'ams-1',
          name: 'Corner',
          tags: ['café', 'terrace'],
          groupPath: ['Brand', 'Netherlands'],
          address: { street: 'Dam 1', city: 'Amsterdam', country: 'NL' },
        },
      ],
    ]);
  });
});

describe('what cannot work', () => {
  it.each([
    ['a missing field', 'Foo,Date\n1,2\n', {}, /No column was found for externalId.*Foo, Date/],
    ['a missing source', 'id,date\n1,2\n', { given: [] }, /source.*--source/],
    [
      'an unknown column',
      'id,date\n',
      { map: { nope: 'text' } },
      /"nope", which the file does not/,
    ],
    ['an unknown field', 'id,date\n', { map: { id: 'nope' } }, /the fields of reviews are: source/],
    ['a field twice', 'id,date,x\n', { map: { id: 'text', x: 'text' } }, /to two columns/],
    ['an empty file', '', {}, /empty/],
  ])('is told before anything is read: %s', async (_, content, options: Options, message) => {
    await expect(open(content, options)).rejects.toThrow(message);
  });
});
