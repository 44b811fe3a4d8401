import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { until } from './until.ts';

/** A real process that runs a TypeScript file of this project, and the lines that it prints. */
export class Child {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  #errors = '';

  constructor(file: string, ...parameters: string[]) {
    // Jest's own flags are not for it.
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#process = spawn(process.execPath, [file, ...parameters], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.#process.stdout !== null) {
      createInterface(this.#process.stdout).on('line', (line) => this.lines.push(line));
    }
    this.#process.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The first line that fits. @throws Error with what it printed, when it ends before that. */
  async line(pattern: RegExp, timeoutMs = 20_000): Promise<string> {
    const find = () => this.lines.find((line) => pattern.test(line));
    await until(
      `process ${this.pid} prints ${pattern}`,
      () => {
        if (find() === undefined && this.#process.exitCode !== null) {
          throw new Error(`It ended without that line: ${this.lines.join('\n')}\n${this.#errors}`);
        }
        return find() !== undefined;
      },
      timeoutMs,
    );
    return find() ?? '';
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}
