import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const RANDOM_BYTES = 16;
/** Asking the system for random bytes costs more than the rest of an id: it is done for many at once. */
const pool = Buffer.alloc(256 * RANDOM_BYTES);
let used = pool.length;

/** The millisecond of the newest id, and its place in it. */
let msecs = -Infinity;
let seq = 0;

/**
 * The key of a new row: a UUIDv7 (RFC 9562), each greater than the one before it in this process, so
 * that rows of one batch stay in their order. The counter of a millisecond begins at random in the
 * lower half of its 32 bits, which leaves room for two thousand million ids in it.
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + RANDOM_BYTES);
  used += RANDOM_BYTES;
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = random.readUInt32LE(0) >>> 1;
  } else {
    seq += 1;
  }
  return v7({ random, msecs, seq });
}
