import { destination, pino } from 'pino';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { readableLog } from './readable-log.ts';

/**
 * So much of the log, and so long, may wait to be written in one piece: a system call for each line
 * was a tenth of what a short answer costs. What waits is written when the process ends.
 */
const PIECE_BYTES = 4_096;
const PIECE_MS = 200;
/** No more waits for a disk that is full, or for a reader that hangs: further lines are lost. */
const WAITING_BYTES = 4_194_304;

/** A server's log: JSON for machines, lines for a person at a terminal; on stderr, since stdout is for the result. */
export function serverLogger({ logLevel: level }: Config, isInteractive: boolean): Logger {
  if (isInteractive) return pino({ level }, readableLog());
  const log = destination({
    ...{ fd: 2, sync: false },
    ...{ minLength: PIECE_BYTES, periodicFlush: PIECE_MS, maxLength: WAITING_BYTES },
  });
  // Whoever is served is served also where nothing can be logged, such as on a full disk.
  let isWritten = true;
  log.on('error', () => (isWritten = false));
  log.on('write', () => (isWritten = true));
  // Otherwise what waits is written before the process ends: tried without an end where it cannot be.
  process.prependListener('exit', () => {
    if (!isWritten) log.destroy();
  });
  return pino({ level }, log);
}
