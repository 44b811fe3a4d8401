import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { CursorError, decodeCursor, encodeCursor, type FeedHead } from '../../src/feed/cursor.ts';

const organizationId = uuidv7();
const head: FeedHead = { epoch: 'first', lastSeq: 2 ** 40, prunedSeq: 0 };

function codeOf(cursor: string, now: FeedHead = head): string | undefined {
  try {
    decodeCursor(cursor, { organizationId, head: now });
    return undefined;
  } catch (error) {
    return error instanceof CursorError ? error.code : String(error);
  }
}

describe('a cursor', () => {
  it.each([0, 1, 63, 4095, 4096, 2 ** 24 - 1, 2 ** 24, 2 ** 32 + 12_345, 2 ** 40])(
    'brings back seq %d',
    (seq) => {
      const cursor = encodeCursor({ organizationId, epoch: 'first', seq });
      expect(cursor).toMatch(/^[A-Za-z0-9_-]{40}$/);
      expect(decodeCursor(cursor, { organizationId, head })).toBe(seq);
    },
  );

  it('tells two organizations and two epochs apart', () => {
    const positions = [organizationId, uuidv7()].flatMap((id) =>
      ['first', 'second'].map((epoch) => encodeCursor({ organizationId: id, epoch, seq: 7 })),
    );
    expect(new Set(positions).size).toBe(4);
    // The same again, after the other ones have been asked for.
    expect(encodeCursor({ organizationId, epoch: 'first', seq: 7 })).toBe(positions[0]);
  });

  const good = encodeCursor({ organizationId, epoch: 'first', seq: 7 });
  it.each([
    ['empty', ''],
    ['cut off', good.slice(0, -1)],
    ['too long', `${good}A`],
    ['of other letters', good.replace(/.$/, '+')],
    ['of another version', `_${good.slice(1)}`],
    ['something else', 'eyJpZCI6IjEyMyJ9'],
  ])('is refused when it is %s', (_, cursor) => {
    expect(codeOf(cursor)).toBe('FEED_CURSOR_INVALID');
  });

  it('is refused by another organization', () => {
    expect(codeOf(encodeCursor({ organizationId: uuidv7(), epoch: 'first', seq: 7 }))).toBe(
      'FEED_CURSOR_FOREIGN',
    );
  });

  it('is refused by a feed that was begun anew', () => {
    expect(codeOf(good, { ...head, epoch: 'second' })).toBe('FEED_CURSOR_EPOCH');
  });

  it('is refused once events after it are gone, and not before', () => {
    expect(codeOf(good, { ...head, prunedSeq: 7 })).toBeUndefined();
    expect(codeOf(good, { ...head, prunedSeq: 8 })).toBe('FEED_CURSOR_PRUNED');
  });

  it('is refused ahead of the feed', () => {
    expect(codeOf(good, { ...head, lastSeq: 7 })).toBeUndefined();
    expect(codeOf(good, { ...head, lastSeq: 6 })).toBe('FEED_CURSOR_AHEAD');
  });
});
