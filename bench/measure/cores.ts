import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Servers run on the first core; the load, and what else there is, on the second. */
export const SERVER_CORE = 0;
const LOAD_CORE = 1;

/** Whether processes can be bound to cores here (Linux with util-linux, and two cores). */
export const canPin = availableParallelism() > 1 && hasTaskset();

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Moves this process, all its threads, away from the servers' core. */
export function pinLoad(): void {
  if (!canPin) return;
  execFileSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });
}

/** The command that starts a server on its core. */
export function pinned(program: string, args: readonly string[]): [string, string[]] {
  return canPin ? ['taskset', ['-c', String(SERVER_CORE), program, ...args]] : [program, [...args]];
}
