import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const PROJECT = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** Runs a command of Antiphon's own command line, and gives what it printed as JSON. */
export async function antiphon<Result>(
  databaseUrl: string,
  ...args: readonly string[]
): Promise<Result> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' };
  const program = [join(PROJECT, 'bin/antiphon.mjs'), ...args, '--json'];
  const { stdout } = await run(process.execPath, program, { env, cwd: PROJECT });
  return JSON.parse(stdout) as Result;
}

/** What went wrong, told in one line without a stack. */
export class BenchError extends Error {}

/** Progress, on stderr: stdout is for results. */
export function say(message: string): void {
  process.stderr.write(`bench: ${message}\n`);
}
