// What a newcomer does: clones, starts, asks the README's first query, stops, starts again. The clone
// is of the last commit, and has nothing installed.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Seconds, from the command to the first answer. The first start also installs the packages. */
const FIRST_START_LIMIT = 240;
const NEXT_START_LIMIT = 10;

const PROJECT = resolve(import.meta.dirname, '..');
const directory = mkdtempSync(join(tmpdir(), 'antiphon-first-minute-'));
const clone = join(directory, 'antiphon');

/** Starts, asks, stops. @returns seconds until the answer */
async function startAndAsk(query) {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const started = performance.now();
  const npm = spawn('npm', ['start', '--silent', '--', '--json'], {
    cwd: clone,
    env: { ...inherited, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own, so that stopping it stops what npm has started.
    detached: true,
  });
  const ended = once(npm, 'exit');
  try {
    const early = ended.then(([code]) => {
      throw new Error(`npm start ended with exit code ${code} before it served.`);
    });
    const [line] = await Promise.race([once(createInterface(npm.stdout), 'line'), early]);
    const { url, demoKeys } = JSON.parse(line);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${demoKeys.storefront}`,
      },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = await response.json();
    if (errors !== undefined) throw new Error(`The first query failed: ${JSON.stringify(errors)}`);
    const [place] = data.locations.nodes;
    if (!(place?.reviewSummary.count > 0)) throw new Error('The first query found no reviews.');
    return (performance.now() - started) / 1000;
  } finally {
    process.kill(-npm.pid, 'SIGTERM');
    await ended;
  }
}

function within(limit, seconds, what) {
  console.log(`${what}: ${seconds.toFixed(1)} s`);
  if (seconds > limit) throw new Error(`${what} took more than ${limit} s.`);
}

try {
  execFileSync('git', ['clone', '--quiet', PROJECT, clone], { stdio: 'inherit' });
  const readme = readFileSync(join(clone, 'README.md'), 'utf8');
  const query = /```graphql[^\n]*\n(.*?)```/s.exec(readme)[1];
  within(FIRST_START_LIMIT, await startAndAsk(query), 'First start, with installing and building');
  within(NEXT_START_LIMIT, await startAndAsk(query), 'Next start');
} finally {
  rmSync(directory, { recursive: true, force: true });
}
