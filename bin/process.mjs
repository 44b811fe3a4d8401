// How the entry points run other programs and speak to the user. Plain JavaScript on purpose: it
// runs under whatever Node (20 or later) started npm, before anything is installed.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether a module (told by its `import.meta`) is what Node was started with, and not a part of it. */
export function isMain({ url }) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}

/** A failure that is told to the user in one line, without a stack. */
export class SetupError extends Error {}

/** Runs what an entry point does; a {@link SetupError} is told without its stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

/** On stderr: stdout is for data. */
export function say(message) {
  process.stderr.write(`antiphon: ${message}\n`);
}

/** Runs a program in the background of our own doing; what it prints goes to stderr. */
export function exitCodeOf(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const env = withBinaries(options.env ?? process.env);
    const child = spawn(program, args, { stdio: ['ignore', 2, 2], ...options, env });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a program as if it were this process: its streams, signals and end are ours. It also gets a
 * channel, by whose end it notices that this process was killed outright. Does not return.
 */
export async function become(program, args, env = process.env) {
  const child = spawn(program, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: withBinaries(env),
  });
  const forward = (signal) => {
    // A terminal has sent Ctrl-C to the child already: it goes to the whole process group.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...end) => resolve(end));
  });
  // The shell's convention for an end by a signal.
  process.exit(code ?? 128 + constants.signals[signal]);
}

/** What the program itself starts by name (`node`, `tsc`) is the project's. */
function withBinaries(env) {
  const binaries = join(ROOT, 'node_modules', '.bin');
  return { ...env, PATH: env.PATH ? `${binaries}${delimiter}${env.PATH}` : binaries };
}
