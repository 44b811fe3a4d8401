import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onPostgres, requireTestUrl, runAsAdministrator } from '../testkit/database.ts';
import { runCli, spawnCli } from '../testkit/server-process.ts';
import { until } from '../testkit/until.ts';
import { makeFolder } from './files.ts';
import type { Folder } from './files.ts';

/** An installation of its own, empty at first: a folder, and on PostgreSQL a database. */
export interface Installation extends AsyncDisposable {
  readonly folder: Folder;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command; what it prints as JSON is parsed. */
  run(...args: string[]): Promise<CommandEnd>;
  /** Runs a command, and sends it a signal once there is such a file. */
  stop(signal: NodeJS.Signals, file: string, ...args: string[]): Promise<CommandEnd>;
  remove(): Promise<void>;
}

export interface CommandEnd {
  /** Null after a kill. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  // What a test reads of it: it knows its own command.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

export async function makeInstallation(): Promise<Installation> {
  const folder = await makeFolder();
  const database = `antiphon_cli_${randomBytes(6).toString('hex')}`;
  const env: NodeJS.ProcessEnv = { ANTIPHON_DATA_DIR: join(folder.path, 'data'), ANTIPHON_KEY: '' };
  if (onPostgres) {
    await runAsAdministrator(`create database ${database}`);
    const url = new URL(requireTestUrl());
    url.pathname = `/${database}`;
    env['DATABASE_URL'] = url.href;
  }
  const remove = async () => {
    if (onPostgres) await runAsAdministrator(`drop database if exists ${database} with (force)`);
    await folder.remove();
  };
  return {
    folder,
    env,
    remove,
    [Symbol.asyncDispose]: remove,
    run: async (...args) => parsed(await runCli(args, env)),
    async stop(signal, file, ...args) {
      const child = spawnCli(args, env);
      const texts = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name]?.setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
      }
      const closed = once(child, 'close') as Promise<[number | null]>;
      await until(`${file} is there`, () => existsSync(file), 60_000);
      child.kill(signal);
      const [code] = await closed;
      return parsed({ code, ...texts });
    },
  };
}

function parsed(end: Omit<CommandEnd, 'json'>): CommandEnd {
  try {
    return { ...end, json: JSON.parse(end.stdout) };
  } catch {
    return { ...end, json: undefined };
  }
}
