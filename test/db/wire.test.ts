/** What reads speak with PostgreSQL: rows as they come over the wire, and what becomes of a connection. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../src/db/database.ts';
import { textOf } from '../../src/db/read/utf8.ts';
import { cellsOf } from '../../src/db/wire/cells-of.ts';
import { entities } from '../../src/modules/entities.ts';
import { onPostgres, openTestDatabase, type TestDatabase } from '../testkit/database.ts';

/** A row as PostgreSQL sends it: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function sent(cells: readonly (string | null)[]): Buffer {
  const parts = cells.map((cell) => {
    const bytes = cell === null ? Buffer.alloc(0) : Buffer.from(cell);
    const length = Buffer.alloc(4);
    length.writeInt32BE(cell === null ? -1 : bytes.length);
    return Buffer.concat([length, bytes]);
  });
  const count = Buffer.alloc(2);
  count.writeUInt16BE(cells.length);
  return Buffer.concat([count, ...parts]);
}

describe('the cells of a row', () => {
  const long = (length: number) => 'a'.repeat(length);
  it.each<[string, readonly (string | null)[]]>([
    ['none', []],
    ['empty and null', ['', null, 'x']],
    ['lengths with bytes above 127', [128, 255, 256, 32_768, 33_000, 65_535, 70_000].map(long)],
    ['characters of two, three and four bytes', ['é', '’', '😀', 'plain', null]],
    ['one of them in a row of many', [long(200), null, `${long(130)}é`, 'b']],
    ['of Latin-1 alone', ['ÿ', 'Ünïcödé']],
    ['more than 255 of them', Array.from({ length: 300 }, (_, i) => String(i))],
  ])('%s', (_name, cells) => {
    // Other bytes around it, as in a packet.
    const around = Buffer.from([200, 1, 2]);
    const message = Buffer.concat([around, sent(cells), around]);
    const found = cellsOf(message, around.length, message.length - around.length);
    expect(found.map((cell) => (cell === null ? null : textOf(cell)))).toEqual(cells);
  });
});

(onPostgres ? describe : describe.skip)('a connection that reads', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openTestDatabase({ entities });
  }, 60_000);
  afterAll(() => test.close());

  const url = () => test.url as string;
  const echo = `select $2::text as text from feed_counter where organization_id = $1`;
  /** Something that fails before it can be sent. */
  const unsendable = {
    toPostgres() {
      throw new Error('cannot be sent');
    },
  };

  it.each([false, true])(
    'is as it was after a value that cannot be sent (row security %s)',
    async (readRowSecurity) => {
      const db = await openDatabase({ url: url(), entities, poolSize: 2, readRowSecurity });
      const { organizationId } = test;
      for (let turn = 0; turn < 3; turn++) {
        await expect(db.read(organizationId, echo, [unsendable])).rejects.toThrow('cannot be sent');
        const open = `select count(*)::int as count from pg_stat_activity, feed_counter
          where organization_id = $1 and datname = current_database() and state like 'idle in%'`;
        expect(await db.read(organizationId, open)).toEqual([{ count: 0 }]);
        expect(await db.read(organizationId, echo, ['é’😀'])).toEqual([{ text: 'é’😀' }]);
      }
      await db.close();
    },
    20_000,
  );

  it('reads rows that come in many pieces', async () => {
    const text = 'Zürich '.repeat(400_000);
    const rows = await test.db.read(test.organizationId, echo, [text]);
    expect(rows).toEqual([{ text }]);
  });

  it('leaves no timer behind when its database is closed', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout');
    const before = timers().length;
    const db = await openDatabase({ url: url(), entities, poolSize: 2 });
    // More than there are connections: some of them have to wait.
    await Promise.all([1, 2, 3].map(() => db.read(test.organizationId, echo, ['x'])));
    await db.close();
    expect(timers().length).toBeLessThanOrEqual(before);
  });
});
