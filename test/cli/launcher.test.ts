import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, symlink, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { makeFolder } from './files.ts';
import type { Folder } from './files.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let folder: Folder;
beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => folder.remove());

/** The launcher's own modules, which are plain JavaScript. */
async function load<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(ROOT, 'bin', name)).href)) as T;
}

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
}

/** Runs a script that may use the launcher's modules as `launcher`. */
async function run(script: string, ...args: string[]): Promise<Run> {
  const modules = ['process', 'install', 'build'].map(
    (name) =>
      `...(await import(${JSON.stringify(pathToFileURL(join(ROOT, 'bin', `${name}.mjs`)).href)}))`,
  );
  const file = await folder.write(
    `script-${crypto.randomUUID()}.mjs`,
    `const launcher = { ${modules.join(', ')} };\n${script}`,
  );
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, output: () => output, ended };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 15_000) throw new Error('It did not happen within 15 seconds.');
    await sleep(20);
  }
}

describe('whether packages have to be installed', () => {
  const lock = (packages: object) => JSON.stringify({ packages });
  const wanted = {
    '': { name: 'fixture' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  };

  async function whyInstall(installed: string | null, withFolder = true): Promise<string | null> {
    await folder.write('package-lock.json', lock(wanted));
    if (installed !== null) await folder.write('node_modules/.package-lock.json', installed);
    if (withFolder) await folder.write('node_modules/a/package.json', '{}');
    const launcher = await load<{ whyInstall(root: string): string | null }>('install.mjs');
    return launcher.whyInstall(folder.path);
  }

  it.each([
    ['nothing is installed', null, 'The packages are not installed'],
    ['an install was interrupted', '{"packages": {', 'The packages are not installed'],
    [
      'a version is another',
      lock({ 'node_modules/a': { version: '0.9.0' } }),
      'The packages have changed',
    ],
    ['one is missing', lock({}), 'The packages have changed'],
  ])('they have, where %s', async (_, installed, reason) => {
    expect(await whyInstall(installed)).toBe(reason);
  });

  it('they have, where a folder is gone', async () => {
    const installed = lock({ 'node_modules/a': { version: '1.0.0' } });
    expect(await whyInstall(installed, false)).toBe('Some packages are gone');
  });

  it('they have not, where only what is optional is missing', async () => {
    expect(await whyInstall(lock({ 'node_modules/a': { version: '1.0.0' } }))).toBeNull();
  });

  it('says so where the lock file is damaged', async () => {
    const launcher = await load<{ whyInstall(root: string): string | null }>('install.mjs');
    expect(() => launcher.whyInstall(folder.path)).toThrow(
      'package-lock.json is missing or damaged',
    );
  });
});

jest.setTimeout(180_000);

describe('building', () => {
  async function makeProject(source = 'export const answer: number = 42;\n'): Promise<void> {
    await symlink(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'));
    await folder.write('package-lock.json', '{}');
    await folder.write('src/answer.ts', source);
    await folder.write('web/build.mjs', "console.log('web was built');");
    const compilerOptions = { outDir: 'dist', rootDir: 'src', types: [], module: 'nodenext' };
    await folder.write('tsconfig.json', '{}');
    await folder.write(
      'tsconfig.build.json',
      JSON.stringify({ compilerOptions, include: ['src'] }),
    );
  }

  const build = () =>
    run(`await launcher.main(() => launcher.ensureBuilt(process.argv[2]));`, folder.path);

  async function buildToEnd(): Promise<string> {
    const { ended, output } = await build();
    const [code] = await ended;
    return `${code} ${output()}`;
  }

  it('happens once, and again after a change', async () => {
    await makeProject();
    const first = await buildToEnd();
    expect(first).toContain('building the server');
    expect(first).toContain('web was built');
    expect(await readFile(join(folder.path, 'dist/answer.js'), 'utf8')).toContain('42');
    expect(await buildToEnd()).toBe('0 ');
    await folder.write('src/answer.ts', 'export const answer: number = 43;\n');
    await utimes(join(folder.path, 'src/answer.ts'), new Date(), new Date());
    const third = await buildToEnd();
    expect(third).toContain('building the server');
    expect(third).not.toContain('web was built');
    expect(await readFile(join(folder.path, 'dist/answer.js'), 'utf8')).toContain('43');
  });

  it('happens once for two who ask at the same time, also after one was killed over it', async () => {
    await makeProject();
    const dead = spawn(process.execPath, ['-e', '0']);
    await once(dead, 'exit');
    await folder.write('dist/.building', String(dead.pid));
    const runs = await Promise.all([build(), build()]);
    await Promise.all(runs.map(({ ended }) => ended));
    const outputs = runs.map(({ output }) => output());
    expect(outputs.filter((output) => output.includes('building the server'))).toHaveLength(1);
  });

  it('says what is wrong, and is not done', async () => {
    await makeProject('export const answer: number = "text";\n');
    const first = await buildToEnd();
    expect(first).toMatch(/^1 /);
    expect(first).toContain("Type 'string' is not assignable to type 'number'");
    expect(first).toContain('Building the server failed');
    expect(first).not.toContain('    at ');
    expect(await buildToEnd()).toMatch(/^1 /);
  });

  it('is not needed where there are no sources', async () => {
    await folder.write('package-lock.json', '{}');
    expect(await buildToEnd()).toBe('0 ');
    await rm(join(folder.path, 'dist'), { recursive: true, force: true });
  });
});

describe('running as another program', () => {
  const become = (program: string) =>
    run(
      `await launcher.become(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(program)}]);`,
    );

  it('ends with its exit code', async () => {
    const { ended } = await become('process.exit(7)');
    expect(await ended).toEqual([7, null]);
  });

  it('ends as the shell says of its end by a signal', async () => {
    const { ended } = await become(
      "process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 60000)",
    );
    expect(await ended).toEqual([137, null]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on', async (signal) => {
    const { child, ended, output } = await become(
      `process.once('${signal}', () => { console.log('stopping'); process.exit(9); }); console.log('ready'); setTimeout(() => {}, 60000)`,
    );
    await until(() => output().includes('ready'));
    child.kill(signal);
    expect(await ended).toEqual([9, null]);
    expect(output()).toContain('stopping');
  });

  it('is told to stop when the launcher is killed outright', async () => {
    const interruption = pathToFileURL(join(ROOT, 'src/cli/interruption.ts')).href;
    const { child, ended, output } = await become(
      `const { listenForInterruption } = await import(${JSON.stringify(interruption)});
       const { signal } = listenForInterruption(() => console.log('stopping'));
       console.log('ready');
       const timer = setTimeout(() => {}, 60000);
       signal.addEventListener('abort', () => clearTimeout(timer));`,
    );
    await until(() => output().includes('ready'));
    child.kill('SIGKILL');
    // The streams close when the program itself has ended.
    await ended;
    expect(output()).toContain('stopping');
  });
});
