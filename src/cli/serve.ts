import 'reflect-metadata';
import { once } from 'node:events';
import { destination, pino } from 'pino';
import type { Logger } from 'pino';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { startServer } from '../main.ts';
import { unreachable } from './connect.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { listenForInterruption } from './interruption.ts';
import { readableLog } from './readable-log.ts';
import { servingSummary } from './serving-summary.ts';
import { startProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { openTerminal } from './terminal.ts';

/** After this long, what the server has left open does not keep the process. */
const LAST_WORDS_MS = 5_000;

/**
 * Serves until the process is asked to stop.
 *
 * @returns the exit code
 * @throws CommandError where the port or the database is not to be had
 */
export async function serve(options: { json?: true }): Promise<ExitCode> {
  const config = readConfig();
  const terminal = openTerminal(options);
  using interruption = listenForInterruption();
  let progress: Progress | null = null;
  const server = await startServer(config, serverLogger(config, terminal.isInteractive), {
    onDemoProgress: (done, total) => {
      if (progress === null) terminal.note('Loading the demo, this once …');
      progress ??= startProgress(terminal, total);
      progress.update(done, done);
      if (done >= total) progress.stop();
    },
  }).catch((error: unknown) => {
    throw startFailure(error, config);
  });
  const { close: _, ...facts } = server;
  terminal.result(facts, servingSummary(facts, config));
  if (!interruption.signal.aborted) await once(interruption.signal, 'abort');
  await server.close();
  setTimeout(() => process.exit(ExitCode.OK), LAST_WORDS_MS).unref();
  return ExitCode.OK;
}

/**
 * So much of the log, and so long, may wait to be written in one piece: a system call for each line
 * was a tenth of what a short answer costs. What waits is written when the process ends.
 */
const LOG_BYTES = 4_096;
const LOG_MS = 200;

/** JSON for machines, lines for a person at a terminal; on stderr, since stdout is for the result. */
function serverLogger({ logLevel: level }: Config, isInteractive: boolean): Logger {
  if (isInteractive) return pino({ level }, readableLog());
  const inPieces = { fd: 2, sync: false, minLength: LOG_BYTES, periodicFlush: LOG_MS };
  return pino({ level }, destination(inPieces));
}

function startFailure(error: unknown, { host, port }: Config): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'EADDRINUSE') {
    return new CommandError(`Port ${port} on ${host} is in use: set PORT to another one.`);
  }
  if (code === 'EACCES') return new CommandError(`Port ${port} may not be used: set another PORT.`);
  return unreachable(error);
}
