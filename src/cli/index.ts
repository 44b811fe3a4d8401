import { CommanderError } from 'commander';
import { readFile } from 'node:fs/promises';
import { ConfigError } from '../config.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { styled } from './terminal.ts';

/** The code that the system gives errors about files that the user has named. */
const FILE_PROBLEMS: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'EACCES',
  'EISDIR',
  'ENOTDIR',
  'EROFS',
  'ENOSPC',
]);

watchOutput();
try {
  await buildProgram(await ownVersion()).parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

/** Tells what went wrong; a stack is shown only for what nobody has foreseen. */
function tell(error: unknown): ExitCode {
  // commander has told it already; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  if (error instanceof CommandError) return say(error.message, error.exitCode);
  if (error instanceof ConfigError) return say(error.message, ExitCode.USAGE);
  if (error instanceof Error && FILE_PROBLEMS.has((error as NodeJS.ErrnoException).code)) {
    return say(error.message, ExitCode.FAILURE);
  }
  return say(
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    ExitCode.FAILURE,
  );
}

function say(message: string, exitCode: ExitCode): ExitCode {
  process.stderr.write(`${styled('red', 'antiphon:', process.stderr)} ${message}\n`);
  return exitCode;
}

async function ownVersion(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}

/** Without a listener an error of the output ends the process, in the middle of whatever it does. */
function watchOutput(): void {
  let isBroken = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads has seen enough, such as `head`.
    if (error.code === 'EPIPE' || isBroken) return;
    isBroken = true;
    say(`The output cannot be written: ${error.message}`, ExitCode.FAILURE);
    process.on('exit', () => void (process.exitCode = ExitCode.FAILURE));
    // To a command that goes on for long, as if it were asked to stop.
    process.emit('SIGTERM');
  });
}
