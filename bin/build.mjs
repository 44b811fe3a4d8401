// Builds dist/ where it is missing or was made from other sources: the server and the commands by
// tsc, the start page and GraphiQL by web/build.mjs. `npm run build` runs this file.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureInstalled, nodeOf } from './install.mjs';
import { ROOT, SetupError, exitCodeOf, isMain, main, say } from './process.mjs';

const PARTS = [
  {
    name: 'the server',
    sources: ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    stamp: '.server-built-from',
    program: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  },
  {
    name: 'the pages',
    sources: ['web', 'package-lock.json'],
    stamp: '.pages-built-from',
    program: ['web/build.mjs'],
  },
];

export async function ensureBuilt(root = ROOT) {
  if (staleParts(root).length === 0) return;
  const unlock = await lockBuild(root);
  try {
    // Another process may have built them while this one waited.
    await Promise.all(staleParts(root).map((part) => build(root, part)));
  } finally {
    unlock();
  }
}

/** The parts that have to be built; none where there are no sources, as in an installed package. */
export function staleParts(root = ROOT) {
  return PARTS.filter(({ sources, stamp }) => {
    if (!existsSync(join(root, sources[0]))) return false;
    const path = join(root, 'dist', stamp);
    return !existsSync(path) || readFileSync(path, 'utf8') !== fingerprint(root, sources);
  });
}

async function build(root, { name, sources, stamp, program: [script, ...args] }) {
  say(`building ${name} …`);
  // Taken before, so that an edit during the build is not missed.
  const builtFrom = fingerprint(root, sources);
  const code = await exitCodeOf(nodeOf(root), [join(root, script), ...args], { cwd: root });
  if (code !== 0) throw new SetupError(`Building ${name} failed; the errors above say where.`);
  writeFileSync(join(root, 'dist', stamp), builtFrom);
}

/** Names, sizes and times of files: changes with every edit, and reads no file. */
function fingerprint(root, sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesIn(join(root, source))).sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}

/** One build at a time: two would write the same files. The lock of a dead process is taken over. */
async function lockBuild(root) {
  const lock = join(root, 'dist', '.building');
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isLeftByDead(lock)) rmSync(lock, { force: true });
    else await new Promise((resolve) => void setTimeout(resolve, 100));
  }
}

function isLeftByDead(lock) {
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  if (holder === 0) return false;
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

if (isMain(import.meta)) {
  await main(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
}
