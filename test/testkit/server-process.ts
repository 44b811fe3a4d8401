import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../..');

/** A server in a process of its own, as `antiphon serve --json` starts it: it can be killed. */
export interface ServerProcess {
  readonly url: string;
  readonly wsUrl: string;
  readonly demoKeys: Readonly<Record<'storefront' | 'integrator' | 'admin', string>> | null;
  /** Sends the signal and waits until the process is gone; gives its exit code, null after a kill. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Where what a command says goes: to the test, or to a file that is open. */
interface CliStreams {
  readonly stdout?: 'pipe' | number;
  readonly stderr?: 'pipe' | number;
}

/** Runs a command of the built CLI. */
export function spawnCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  { stdout = 'pipe', stderr = 'pipe' }: CliStreams = {},
): ChildProcess {
  return spawn(process.execPath, [resolve(ROOT, 'bin/antiphon.mjs'), ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', ...env },
    stdio: ['ignore', stdout, stderr],
  });
}

export async function startServerProcess(
  env: NodeJS.ProcessEnv,
  stderr: 'pipe' | number = 'pipe',
): Promise<ServerProcess> {
  const child = spawnCli(['serve', '--json'], { PORT: '0', LOG_LEVEL: 'warn', ...env }, { stderr });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const ready = await Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    exited.then((code) => {
      throw new Error(`the server ended with ${code} before it was ready:\n${log}`);
    }),
  ]);
  return {
    ...(JSON.parse(ready) as Pick<ServerProcess, 'url' | 'wsUrl' | 'demoKeys'>),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}

/** Runs a command to its end. */
export async function runCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawnCli(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
