import { describe, expect, it } from '@jest/globals';
import { CsvRecords } from '../../src/cli/import/csv-records.ts';

/** `[line, cells]` or `[line, message]`, reading so many bytes at a time. */
function read(text: string, step: number): unknown[] {
  const csv = new CsvRecords(',');
  const bytes = Buffer.from(text);
  const records = [];
  for (let at = 0; at < bytes.length; at += step) {
    records.push(...csv.push(bytes.subarray(at, at + step)));
  }
  records.push(...csv.end());
  return records.map((each) => [each.line, 'cells' in each ? each.cells : each.error.message]);
}

const NOT_CLOSED = 'The line is not valid CSV: a quote is opened and not closed.';
const NOT_DOUBLED = 'The line is not valid CSV: a quote inside of a quoted cell is not doubled.';

const CASES: ReadonlyArray<{ name: string; text: string; records: unknown[] }> = [
  {
    name: 'cells with quotes, delimiters and line ends in them',
    text: 'a,b\r\n1,"x\ny"\r\n\r\n2,"he said ""hi"", loud"\r\n3,\u2028z',
    records: [
      [1, ['a', 'b']],
      [2, ['1', 'x\ny']],
      [5, ['2', 'he said "hi", loud']],
      [6, ['3', '\u2028z']],
    ],
  },
  {
    name: 'a quote that is not doubled, refusing its line alone',
    text: 'a,b\n1,"x"y\n2,z\n3,"w"\n',
    records: [
      [1, ['a', 'b']],
      [2, NOT_DOUBLED],
      [3, ['2', 'z']],
      [4, ['3', 'w']],
    ],
  },
  {
    name: 'quotes inside of cells without quotes, as they are',
    text: 'a,b\n1,x"y"\n2,z\n5,6" pipe\n7,u\n',
    records: [
      [1, ['a', 'b']],
      [2, ['1', 'x"y"']],
      [3, ['2', 'z']],
      [4, ['5', '6" pipe']],
      [5, ['7', 'u']],
    ],
  },
  {
    name: 'a quote that is never closed, refusing its line alone',
    text: 'a,b\n1,"x\n2,z\n3,w',
    records: [
      [1, ['a', 'b']],
      [2, NOT_CLOSED],
      [3, ['2', 'z']],
      [4, ['3', 'w']],
    ],
  },
  {
    name: 'a quote that is closed by one of a later row, refusing its line alone',
    text: 'a,b\n1,"x\n2,z\n3,"w"\n4,u\n',
    records: [
      [1, ['a', 'b']],
      [2, NOT_DOUBLED],
      [3, ['2', 'z']],
      [4, ['3', 'w']],
      [5, ['4', 'u']],
    ],
  },
  { name: 'nothing', text: '\n\n', records: [] },
];

describe.each([1, 3, 7, 1_000])('CsvRecords, reading %i bytes at a time', (step) => {
  it.each(CASES)('reads $name', ({ text, records }) => {
    expect(read(text, step)).toEqual(records);
  });
});

describe('CsvRecords', () => {
  it('refuses a row that is too long, and an open quote before it, and reads on', () => {
    const text = `a,b\n1,"x\n2,z\n3,${'w'.repeat(300_000)}\n4,u\n`;
    expect(read(text, 65_536)).toEqual([
      [1, ['a', 'b']],
      [2, NOT_CLOSED],
      [3, ['2', 'z']],
      [4, 'The row is longer than 256 KiB.'],
      [5, ['4', 'u']],
    ]);
  });

  it('recovers from an open quote that 256 KiB of rows follow', () => {
    const rows = Array.from({ length: 400 }, (_, at) => `${at},${'z'.repeat(1_000)}`);
    const records = read(`a,b\n1,"x\n${rows.join('\n')}\n`, 10_000);
    expect(records).toHaveLength(402);
    expect(records[1]).toEqual([2, NOT_CLOSED]);
    expect(records.at(-1)).toEqual([402, ['399', 'z'.repeat(1_000)]]);
  });
});
