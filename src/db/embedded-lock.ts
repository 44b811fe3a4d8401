import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeThisProcess, isSameProcessAlive, type ProcessMark } from './process-mark.ts';
import { readLockFile } from './embedded-lock-file.ts';

const LOCK_FILE = 'antiphon.lock';
const HEARTBEAT_MS = 2_000;
/** Without a sign of life for so long, a holder on another host (or in another container) is dead. */
const SILENT_MS = 10_000;
/** How long a take-over may last before another process ends it for the one that began it. */
const CLAIM_MS = 10_000;

/** What the holder has written into the lock file. */
export interface EmbeddedLockContent extends ProcessMark {
  /** Distinguishes this hold from every other one. */
  nonce: string;
  /** RFC 3339. */
  startedAt: string;
  /** Where the holder serves, where it does. */
  url: string | null;
  /** The operator token of that server: whoever can read this file is the same user. */
  token: string | null;
}

export interface EmbeddedLock {
  readonly path: string;
  /** Tells other processes of this user of the server that holds the database. */
  publish(server: { url: string; token: string }): Promise<void>;
  release(): Promise<void>;
}

/** Another living process holds the embedded database. */
export class EmbeddedDatabaseInUse extends Error {
  readonly code = 'EMBEDDED_DATABASE_IN_USE';
  readonly holder: EmbeddedLockContent;

  constructor(dataDir: string, holder: EmbeddedLockContent) {
    const server = holder.url === null ? '' : `, serving at ${holder.url}`;
    super(
      `The embedded database in ${dataDir} is in use by process ${holder.pid} on ${holder.host} ` +
        `(since ${holder.startedAt}${server}). It has one holder at a time: stop that process, ` +
        'or set another ANTIPHON_DATA_DIR, or set DATABASE_URL to use PostgreSQL.',
    );
    this.name = 'EmbeddedDatabaseInUse';
    this.holder = holder;
  }
}

/** Who holds the embedded database of this directory; null where nobody living does. */
export async function readEmbeddedLock(dataDir: string): Promise<EmbeddedLockContent | null> {
  const path = join(dataDir, LOCK_FILE);
  const content = await readLockFile(path);
  if (content === null || content === 'unreadable') return null;
  return (await isHolderAlive(path, content)) ? content : null;
}

/**
 * Takes the lock of the directory, also from a holder that has died.
 * @throws EmbeddedDatabaseInUse while a living process, this one included, holds it.
 */
export async function acquireEmbeddedLock(dataDir: string): Promise<EmbeddedLock> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, LOCK_FILE);
  const content: EmbeddedLockContent = {
    ...(await describeThisProcess()),
    nonce: randomUUID(),
    startedAt: new Date().toISOString(),
    url: null,
    token: null,
  };
  const draft = `${path}.${content.nonce}`;
  await writeFile(draft, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
  try {
    for (;;) {
      if (await linkUnlessExists(draft, path)) break;
      const holder = await readLockFile(path);
      if (holder === null) continue; // released in between
      if (holder !== 'unreadable' && (await isHolderAlive(path, holder))) {
        throw new EmbeddedDatabaseInUse(dataDir, holder);
      }
      if (await takeOver(path, holder, draft)) break;
      await sleep(20);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return new HeldLock(path, content);
}

class HeldLock implements EmbeddedLock {
  readonly path: string;
  #content: EmbeddedLockContent;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(path: string, content: EmbeddedLockContent) {
    this.path = path;
    this.#content = content;
    this.#heartbeat = setInterval(() => {
      const now = new Date();
      void utimes(path, now, now).catch(() => undefined);
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  async publish(server: { url: string; token: string }): Promise<void> {
    this.#content = { ...this.#content, ...server };
    const draft = `${this.path}.${this.#content.nonce}`;
    await writeFile(draft, JSON.stringify(this.#content), { mode: 0o600 });
    await rename(draft, this.path);
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    if (nonceOf(await readLockFile(this.path)) === this.#content.nonce)
      await rm(this.path, { force: true });
  }
}

/** Atomic: of several processes one succeeds. */
async function linkUnlessExists(draft: string, path: string): Promise<boolean> {
  return link(draft, path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

/**
 * Replaces the lock of a dead holder. Rivals that saw the same dead holder claim it by a file that
 * only one of them can create, and the claim counts only while that holder's lock still stands.
 */
async function takeOver(
  path: string,
  dead: EmbeddedLockContent | 'unreadable',
  draft: string,
): Promise<boolean> {
  const claim = `${path}.claim-${nonceOf(dead)}`;
  try {
    await (await open(claim, 'wx', 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((await ageMs(claim)) > CLAIM_MS) await rm(claim, { force: true });
    return false;
  }
  try {
    if (nonceOf(await readLockFile(path)) !== nonceOf(dead)) return false;
    await rename(draft, path);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

/** Also of an unreadable lock, and of none: neither equals that of a hold. */
function nonceOf(content: EmbeddedLockContent | 'unreadable' | null): string {
  return content === null || content === 'unreadable' ? String(content) : content.nonce;
}

async function isHolderAlive(path: string, holder: EmbeddedLockContent): Promise<boolean> {
  const alive = await isSameProcessAlive(holder);
  if (alive !== 'elsewhere') return alive;
  // On another host the pid says nothing: wait for a heartbeat, or for the silence to be long.
  const first = await modifiedAt(path);
  while (first !== null && Date.now() - first < SILENT_MS) {
    await sleep(HEARTBEAT_MS / 4);
    if ((await modifiedAt(path)) !== first) return true;
  }
  return false;
}

async function modifiedAt(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}

async function ageMs(path: string): Promise<number> {
  const at = await modifiedAt(path);
  return at === null ? 0 : Date.now() - at;
}
