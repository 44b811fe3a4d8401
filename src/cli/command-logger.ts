import { destination, pino } from 'pino';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';

/** What commands log: on stderr, and only warnings unless more detail is asked for. */
export function commandLogger({ logLevel }: Config): Logger {
  const level = logLevel === 'info' ? 'warn' : logLevel;
  return pino({ level, base: null }, destination({ fd: 2, sync: true }));
}
