import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  type Asks,
  type Callers,
  type Contender,
  POOL_SIZE,
  type ServerEnvironment,
} from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { BenchError } from '../process.ts';
import { pinned } from './cores.ts';

/** A contender that answers. */
export interface RunningContender {
  readonly contender: Contender;
  readonly asks: Asks;
  readonly url: string;
  readonly pid: number;
  /** What its sessions at PostgreSQL are called. */
  readonly sessions: string;
  /** Where its inspector listens, if it was asked to have one. */
  readonly inspector: string | null;
  /** Ends the server; one that takes too long is killed. */
  readonly stop: () => Promise<void>;
}

const END_TIMEOUT_MS = 5_000;
const children = new Set<ChildProcess>();

/** Starts the contender's server on a free port, and waits until it says where it listens. */
export async function startContender(
  contender: Contender,
  asks: Asks,
  dataset: Dataset,
  { isInspected = false } = {},
): Promise<RunningContender> {
  const own = { ...serverEnvironment(dataset), ...contender.environment?.(dataset) };
  const sessions = sessionsOf(contender);
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    PORT: '0',
    PGAPPNAME: sessions,
    ...own,
  };
  const flags = isInspected ? ['--inspect=127.0.0.1:0'] : [];
  const [program, args] = pinned(process.execPath, [...flags, ...contender.program]);
  const stderr = isInspected ? 'pipe' : 'inherit';
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', stderr] });
  children.add(child);
  const ended = once(child, 'exit').then(([code]) => {
    children.delete(child);
    throw new BenchError(`${contender.name} ended by itself (exit code ${code}).`);
  });
  ended.catch(() => undefined);
  const inspected = isInspected ? inspectorOf(child) : null;
  const line = await Promise.race([firstLine(child), ended]);
  const { url } = JSON.parse(line) as { url: string };
  const pid = child.pid as number;
  const stop = () => end(child);
  return { contender, asks, url, pid, sessions, inspector: await inspected, stop };
}

/** Says where the inspector listens; what else the server says goes on to our own stderr. */
function inspectorOf(child: ChildProcess): Promise<string> {
  return new Promise((found) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const address = /ws:\/\/127\.0\.0\.1:\S+/.exec(text);
      if (address) found(address[0]);
      else process.stderr.write(text);
    });
  });
}

let started = 0;

/** `pg`, which all of them use, takes the name from the environment. */
const sessionsOf = ({ name }: Contender) => `bench ${process.pid} ${(started += 1)} ${name}`;

function serverEnvironment({ url, keys, organizationId }: Dataset): Record<string, string> {
  const callers: Callers = {
    [keys.storefront]: { organizationId, publicOnly: true },
    [keys.secret]: { organizationId, publicOnly: false },
  };
  const environment: Omit<ServerEnvironment, 'PORT'> = {
    DATABASE_URL: url,
    BENCH_POOL_SIZE: String(POOL_SIZE),
    BENCH_CALLERS: JSON.stringify(callers),
  };
  return environment as Record<string, string>;
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith('{')) {
      child.stdout?.resume();
      return line;
    }
  }
  throw new BenchError('a server ended its output before it said where it listens');
}

/** Ends all servers. */
export async function stopContenders(): Promise<void> {
  await Promise.all([...children].map(end));
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  clearTimeout(timer);
}

/** For the end of this process by whatever way: nothing is left behind. */
export function killContenders(): void {
  for (const child of children) child.kill('SIGKILL');
}
