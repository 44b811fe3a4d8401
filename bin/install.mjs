// Installs the packages where they are missing, incomplete, or other than package-lock.json says.
// Plain JavaScript on purpose: it runs under whatever Node (20 or later) started npm.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetupError, exitCodeOf, isMain, main, say } from './process.mjs';

/** The major version of Node that the project is written for; the package `node` brings it. */
export const NODE_MAJOR = 24;
const INSTALL = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];

export async function ensureInstalled(root = ROOT) {
  const reason = whyInstall(root);
  if (reason !== null) {
    say(`${reason}: installing (a minute or so) …`);
    const code = await npm(root, INSTALL);
    if (code !== 0) {
      throw new SetupError(`\`npm ci\` failed (exit code ${code}); what it printed says why.`);
    }
  }
  if (!existsSync(nodeOf(root))) {
    throw new SetupError(
      `The package \`node\`, which brings Node ${NODE_MAJOR}, has not installed its program, as happens where npm's install scripts are switched off. Run \`npm rebuild node --ignore-scripts=false\` in ${root}, or use Node ${NODE_MAJOR}.`,
    );
  }
}

/** @returns why the packages have to be installed, or null */
export function whyInstall(root = ROOT) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === null) {
    throw new SetupError(`${join(root, 'package-lock.json')} is missing or damaged.`);
  }
  // npm writes this file as the last step of an install: an interrupted one leaves none.
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === null) return 'The packages are not installed';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    // Optional ones are mostly the binaries of other platforms.
    if (entry.optional && installed[path] === undefined) continue;
    if (installed[path]?.version !== entry.version) return 'The packages have changed';
    if (!existsSync(join(root, path, 'package.json'))) return 'Some packages are gone';
  }
  return existsSync(nodeOf(root)) ? null : `Node ${NODE_MAJOR} is missing`;
}

/** The path of Node 24: of the package `node`, or where that is absent, ours if it is new enough. */
export function nodeOf(root = ROOT) {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const ofPackage = join(root, 'node_modules', 'node', 'bin', program);
  const isNewEnough = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
  return isNewEnough && !existsSync(ofPackage) ? process.execPath : ofPackage;
}

/** Runs the npm that runs us, where one does, or else the one on the path. */
function npm(root, args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) {
    return exitCodeOf(process.execPath, [cli, ...args], { cwd: root });
  }
  const windows = process.platform === 'win32';
  return exitCodeOf(windows ? 'npm.cmd' : 'npm', args, { cwd: root, shell: windows });
}

/** The `packages` of a lock file; null where it is missing, or cut off by a crash. */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

if (isMain(import.meta)) await main(() => ensureInstalled());
