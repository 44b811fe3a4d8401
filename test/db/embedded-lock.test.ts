import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  acquireEmbeddedLock,
  EmbeddedDatabaseInUse,
  readEmbeddedLock,
  type EmbeddedLockContent,
} from '../../src/db/embedded-lock.ts';
import { Child } from '../testkit/child.ts';

const HOLDER = join(import.meta.dirname, 'processes/hold-lock.ts');

let parent: string;
let dataDir: string;
let lockFile: string;
let children: Child[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'antiphon-lock-'));
  dataDir = join(parent, 'data');
  lockFile = join(dataDir, 'antiphon.lock');
  children = [];
});
afterEach(async () => {
  for (const child of children) await child.kill();
  await rm(parent, { recursive: true });
});

function hold(...parameters: string[]): Child {
  const child = new Child(HOLDER, dataDir, ...parameters);
  children.push(child);
  return child;
}

async function content(): Promise<EmbeddedLockContent> {
  return JSON.parse(await readFile(lockFile, 'utf8')) as EmbeddedLockContent;
}

/** As if the holder were another process than it is. */
async function forge(change: Partial<EmbeddedLockContent>): Promise<void> {
  await writeFile(lockFile, JSON.stringify({ ...(await content()), ...change }));
}

describe('the lock of an embedded database', () => {
  it('tells its holder, to nobody but the same user, and is gone after its release', async () => {
    const lock = await acquireEmbeddedLock(dataDir);
    expect(lock.path).toBe(lockFile);
    expect((await stat(lockFile)).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect(await content()).toMatchObject({ pid: process.pid, url: null, token: null });
    await lock.publish({ url: 'http://127.0.0.1:4000', token: 'ant_op_secret' });
    expect((await stat(lockFile)).mode & 0o777).toBe(0o600);
    expect(await readEmbeddedLock(dataDir)).toMatchObject({
      pid: process.pid,
      url: 'http://127.0.0.1:4000',
      token: 'ant_op_secret',
    });
    await lock.release();
    expect(await readEmbeddedLock(dataDir)).toBeNull();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is refused a second time in the same process, and given again after the release', async () => {
    const lock = await acquireEmbeddedLock(dataDir);
    await expect(acquireEmbeddedLock(dataDir)).rejects.toThrow(EmbeddedDatabaseInUse);
    await lock.release();
    await (await acquireEmbeddedLock(dataDir)).release();
  });

  it('is refused while another process lives, with what to do', async () => {
    const child = hold('http://127.0.0.1:4321');
    await child.line(/held/);
    const attempt = acquireEmbeddedLock(dataDir);
    await expect(attempt).rejects.toThrow(
      new RegExp(
        `The embedded database in ${dataDir} is in use by process ${child.pid} .*http://127.0.0.1:4321.*ANTIPHON_DATA_DIR.*DATABASE_URL`,
      ),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'EMBEDDED_DATABASE_IN_USE' });
    expect(await readEmbeddedLock(dataDir)).toMatchObject({ url: 'http://127.0.0.1:4321' });
    expect(await readdir(dataDir)).toEqual(['antiphon.lock']);
  });

  it('is taken over from a process that was killed', async () => {
    const child = hold('http://127.0.0.1:4321');
    await child.line(/held/);
    await child.kill();
    expect(await readEmbeddedLock(dataDir)).toBeNull();
    const lock = await acquireEmbeddedLock(dataDir);
    expect(await content()).toMatchObject({ pid: process.pid, url: null, token: null });
    await lock.release();
  });

  it('is taken over by exactly one of many rivals', async () => {
    const dead = hold();
    await dead.line(/held/);
    await dead.kill();
    const rivals = Array.from({ length: 6 }, () => hold());
    const outcomes = await Promise.all(rivals.map((rival) => rival.line(/held|refused/)));
    const winner = rivals[outcomes.indexOf('held')];
    expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === `refused ${winner?.pid}`)).toHaveLength(5);
    expect(await readdir(dataDir)).toEqual(['antiphon.lock']);
  });

  it('is taken over many times at once within one process by exactly one caller', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const lock = await acquireEmbeddedLock(dataDir);
      await forge({ processStart: 'long ago' });
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, () => acquireEmbeddedLock(dataDir)),
      );
      const held = results.filter((result) => result.status === 'fulfilled');
      expect(held).toHaveLength(1);
      await lock.release(); // is not its own any more, and stays
      expect(await readdir(dataDir)).toEqual(['antiphon.lock']);
      for (const { value } of held) await value.release();
    }
  });

  it('is taken over where the pid belongs to another process now', async () => {
    await acquireEmbeddedLock(dataDir);
    await forge({ processStart: '00000000-0000-0000-0000-000000000000/1' });
    await (await acquireEmbeddedLock(dataDir)).release();
  });

  it('is taken over where nobody of ours wrote it', async () => {
    await (await acquireEmbeddedLock(dataDir)).release();
    for (const garbage of ['', '{"pid":', '{"pid":"1"}', 'null']) {
      await writeFile(lockFile, garbage);
      const lock = await acquireEmbeddedLock(dataDir);
      expect(await content()).toMatchObject({ pid: process.pid });
      await lock.release();
    }
  });

  describe('of a holder on another host', () => {
    it('is refused while it shows signs of life', async () => {
      const lock = await acquireEmbeddedLock(dataDir);
      await forge({ host: 'elsewhere', pid: 1 });
      await expect(acquireEmbeddedLock(dataDir)).rejects.toThrow(/process 1 on elsewhere/);
      await rm(lockFile);
      await lock.release();
    });

    it('is taken over after it was silent for long', async () => {
      const lock = await acquireEmbeddedLock(dataDir);
      await lock.release();
      await writeFile(
        lockFile,
        JSON.stringify({
          pid: 1,
          host: 'elsewhere',
          processStart: null,
          nonce: 'n',
          startedAt: '2026-01-01T00:00:00Z',
          url: null,
          token: null,
        }),
      );
      const minuteAgo = new Date(Date.now() - 60_000);
      await utimes(lockFile, minuteAgo, minuteAgo);
      await (await acquireEmbeddedLock(dataDir)).release();
    });
  });
});
