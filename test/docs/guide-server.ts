import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PROJECT } from './snippets.ts';

/** Enough for every place of the demo to have some. */
const REVIEWS = '1000';

/** What `antiphon serve --json` prints when it answers. */
export interface Serving {
  url: string;
  demoKeys: Record<'storefront' | 'integrator' | 'admin', string>;
}

/** A server with the demo, started by its command as a reader of the guides starts it. */
export interface GuideServer extends Serving {
  /** For commands that are to find this server. */
  env: NodeJS.ProcessEnv;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
}

export async function startGuideServer(): Promise<GuideServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'antiphon-guides-'));
  const { DATABASE_URL: _, ...inherited } = process.env;
  const env = { ...inherited, ANTIPHON_DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' };
  // A small demo: `serve` leaves an organization alone that has reviews.
  const [code] = (await once(antiphon(['demo', '--reviews', REVIEWS], env), 'exit')) as [number];
  if (code !== 0) throw new Error(`antiphon demo ended with exit code ${code}.`);
  const server = antiphon(['serve', '--json'], env);
  const serving = await firstLine(server);
  return {
    ...serving,
    env,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      const [exitCode] = (await ended) as [number | null];
      rmSync(dataDir, { recursive: true, force: true });
      return exitCode;
    },
  };
}

function antiphon(args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [join(PROJECT, 'dist/cli/index.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLine(server: ChildProcess): Promise<Serving> {
  if (server.stdout === null) throw new Error('The server was started without standard output.');
  const lines = createInterface(server.stdout);
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`The server ended with exit code ${String(code)} before it was ready.`);
  });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  return JSON.parse(line) as Serving;
}
