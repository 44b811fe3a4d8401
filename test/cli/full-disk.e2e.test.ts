import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { spawnCli, startServerProcess } from '../testkit/server-process.ts';

/** Linux has a file that cannot be written because the disk is full. */
const FULL = '/dev/full';
const withFullDisk = existsSync(FULL) ? it : it.skip;

describe('a server whose log is on a full disk', () => {
  withFullDisk('starts, answers, and ends as it should', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'antiphon-full-'));
    const full = await open(FULL, 'w');
    try {
      const env = { LOG_LEVEL: 'debug', ANTIPHON_DATA_DIR: dataDir, DATABASE_URL: '' };
      const server = await startServerProcess(env, full.fd);
      for (let i = 0; i < 20; i++) {
        // Each with a line of the log, or more.
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${server.demoKeys?.storefront}`,
          },
          body: JSON.stringify({ query: `{ viewer { __typename } } # ${i}` }),
        });
        expect(response.status).toBe(200);
        // Lines are written within 200 ms.
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      expect(await server.stop()).toBe(0);
    } finally {
      await full.close();
      await rm(dataDir, { recursive: true });
    }
  });
});

describe('a command whose output is on a full disk', () => {
  withFullDisk.each([[['--help']], [['serve', '--json']]])(
    '%j says so, and fails',
    async (args) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'antiphon-full-'));
      const full = await open(FULL, 'w');
      try {
        const env = { ANTIPHON_DATA_DIR: dataDir, DATABASE_URL: '', PORT: '0' };
        const child = spawnCli(args, env, { stdout: full.fd });
        let said = '';
        child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
        const [code] = (await once(child, 'close')) as [number | null];
        expect(code).toBe(1);
        expect(said).toMatch(/antiphon: The output cannot be written: ENOSPC/);
        expect(said).not.toMatch(/^\s+at /m);
      } finally {
        await full.close();
        await rm(dataDir, { recursive: true });
      }
    },
  );
});

describe('a command whose reader has gone', () => {
  it('ends as if it had been read', async () => {
    const child = spawnCli(['--help'], {});
    child.stdout?.destroy();
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(said).toBe('');
  });
});
