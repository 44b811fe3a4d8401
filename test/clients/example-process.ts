import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../..');

/** One of the example applications, run as its first lines say. */
export interface ExampleProcess {
  /** What it has printed so far. */
  readonly output: string;
  stop(): Promise<void>;
}

/** @param file relative to `clients/` */
export function startExample(file: string, args: string[], env: NodeJS.ProcessEnv): ExampleProcess {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child: ChildProcess = spawn(
    process.execPath,
    [resolve(PROJECT, 'clients', file), ...args],
    { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'exit');
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    get output() {
      return output;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
