import { createHash } from 'node:crypto';

/**
 * A cursor is base64url of 30 bytes: version (1), organization (16), digest of the feed's epoch
 * (7), seq (6). Clients treat it as opaque. It is not a secret and grants nothing: whoever may not
 * read an organization's feed is refused long before a cursor is looked at.
 */
const VERSION = 1;
const EPOCH_DIGEST_BYTES = 7;
const PREFIX_BYTES = 1 + 16 + EPOCH_DIGEST_BYTES;
const WELL_FORMED = /^[A-Za-z0-9_-]{40}$/;

/** A point in one organization's feed: every event up to and including `seq` lies behind it. */
export interface FeedPosition {
  readonly organizationId: string;
  readonly epoch: string;
  readonly seq: number;
}

/** What a feed holds now: events with `prunedSeq < seq <= lastSeq`. */
export interface FeedHead {
  /** Names this log of events; another one after the feed was restored or begun anew. */
  readonly epoch: string;
  readonly lastSeq: number;
  readonly prunedSeq: number;
}

export type CursorErrorCode =
  | 'FEED_CURSOR_INVALID'
  | 'FEED_CURSOR_FOREIGN'
  | 'FEED_CURSOR_EPOCH'
  | 'FEED_CURSOR_PRUNED'
  | 'FEED_CURSOR_AHEAD';

const START_ANEW = 'Query what you need, and subscribe from feedPosition';

const MESSAGES: Record<CursorErrorCode, string> = {
  FEED_CURSOR_INVALID: 'This is not a feed cursor. Pass one exactly as it was received',
  FEED_CURSOR_FOREIGN: 'This feed cursor belongs to another organization',
  FEED_CURSOR_EPOCH: `The feed was begun anew since this cursor was made. ${START_ANEW}`,
  FEED_CURSOR_PRUNED: `Events after this cursor have been removed from the feed. ${START_ANEW}`,
  FEED_CURSOR_AHEAD: `This cursor is ahead of the feed: it was made on another state of the database. ${START_ANEW}`,
};

/** A cursor from which the feed cannot be continued; the message says what to do instead. */
export class CursorError extends Error {
  readonly code: CursorErrorCode;

  constructor(code: CursorErrorCode) {
    super(MESSAGES[code]);
    this.name = 'CursorError';
    this.code = code;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The two base64url digits of each 12-bit number. */
const PAIRS = Array.from(
  { length: 4096 },
  (_, n) => ALPHABET.charAt(n >> 6) + ALPHABET.charAt(n & 63),
);

/** All of a cursor but its seq is the same for a whole feed. */
const prefixes = new Map<string, { epoch: string; prefix: string }>();
const MAX_PREFIXES = 10_000;

/** Four table look-ups and a concatenation: it is called for every event delivered. */
export function encodeCursor({ organizationId, epoch, seq }: FeedPosition): string {
  const high = Math.floor(seq / 0x1000000);
  const low = seq % 0x1000000;
  return (
    prefixOf(organizationId, epoch) +
    PAIRS[high >>> 12] +
    PAIRS[high & 0xfff] +
    PAIRS[low >>> 12] +
    PAIRS[low & 0xfff]
  );
}

/**
 * The seq up to which the holder of the cursor has seen everything.
 * @throws CursorError where the feed cannot be continued from there without a gap.
 */
export function decodeCursor(
  cursor: string,
  { organizationId, head }: { organizationId: string; head: FeedHead },
): number {
  if (!WELL_FORMED.test(cursor)) throw new CursorError('FEED_CURSOR_INVALID');
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes[0] !== VERSION) throw new CursorError('FEED_CURSOR_INVALID');
  const expected = prefixBytes(organizationId, head.epoch);
  if (!bytes.subarray(1, 17).equals(expected.subarray(1, 17))) {
    throw new CursorError('FEED_CURSOR_FOREIGN');
  }
  if (!bytes.subarray(17, PREFIX_BYTES).equals(expected.subarray(17))) {
    throw new CursorError('FEED_CURSOR_EPOCH');
  }
  const seq = bytes.readUIntBE(PREFIX_BYTES, 6);
  assertContinues(seq, head);
  return seq;
}

/** @throws CursorError where the feed does not hold every event after `afterSeq`. */
export function assertContinues(afterSeq: number, head: FeedHead): void {
  if (afterSeq < head.prunedSeq) throw new CursorError('FEED_CURSOR_PRUNED');
  if (afterSeq > head.lastSeq) throw new CursorError('FEED_CURSOR_AHEAD');
}

function prefixOf(organizationId: string, epoch: string): string {
  const known = prefixes.get(organizationId);
  if (known !== undefined && known.epoch === epoch) return known.prefix;
  if (prefixes.size >= MAX_PREFIXES) prefixes.clear();
  const prefix = prefixBytes(organizationId, epoch).toString('base64url');
  prefixes.set(organizationId, { epoch, prefix });
  return prefix;
}

function prefixBytes(organizationId: string, epoch: string): Buffer {
  return Buffer.concat([
    Buffer.of(VERSION),
    Buffer.from(organizationId.replaceAll('-', ''), 'hex'),
    createHash('sha256').update(epoch).digest().subarray(0, EPOCH_DIGEST_BYTES),
  ]);
}
