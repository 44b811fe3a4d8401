/**
 * Whether doing the same again may work: `outage` while the database cannot be reached (it will be
 * back, however long that takes), `passing` for trouble of one attempt, `lasting` for the rest.
 */
export type Transience = 'outage' | 'passing' | 'lasting';

const OUTAGE_CODES = new Set([
  // Of PostgreSQL: shutting down, crashed, starting up, out of connections.
  '57P01',
  '57P02',
  '57P03',
  '53300',
  // Of the socket.
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const PASSING_CODES = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock not available
  '57014', // statement timeout
]);

/** What the driver says without a code. */
const OUTAGE_MESSAGE =
  /^Connection terminated|^timeout exceeded when trying to connect|^timeout expired|is not queryable$/;

/** Errors wrap errors: an ORM's, GraphQL's. Deeper than this is a cycle. */
const MAX_DEPTH = 10;

export function transienceOf(error: unknown, depth = 0): Transience {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return 'lasting';
  const own = ownTransience(error);
  if (own !== 'lasting') return own;
  const { cause, originalError } = error as { cause?: unknown; originalError?: unknown };
  const inner = transienceOf(cause, depth + 1);
  return inner === 'lasting' ? transienceOf(originalError, depth + 1) : inner;
}

/** True for errors after which a subscription goes on, once the database answers again. */
export function isTransientDatabaseError(error: unknown): boolean {
  return transienceOf(error) !== 'lasting';
}

/** By what it says, not by its class: an error of the socket may be of another realm's. */
function ownTransience(error: { code?: unknown; message?: unknown }): Transience {
  const code = typeof error.code === 'string' ? error.code : '';
  const message = typeof error.message === 'string' ? error.message : '';
  // 08: connection exceptions; 53: out of memory, disk and the like.
  if (OUTAGE_CODES.has(code) || /^08...$/.test(code)) return 'outage';
  if (PASSING_CODES.has(code) || /^53...$/.test(code)) return 'passing';
  return OUTAGE_MESSAGE.test(message) ? 'outage' : 'lasting';
}
