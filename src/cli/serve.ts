import 'reflect-metadata';
import { once } from 'node:events';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { startServer } from '../main.ts';
import { unreachable } from './connect.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { listenForInterruption } from './interruption.ts';
import { serverLogger } from './server-log.ts';
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

function startFailure(error: unknown, { host, port }: Config): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'EADDRINUSE') {
    return new CommandError(`Port ${port} on ${host} is in use: set PORT to another one.`);
  }
  if (code === 'EACCES') return new CommandError(`Port ${port} may not be used: set another PORT.`);
  return unreachable(error);
}
