import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../..');
export const CLIENTS = ['storefront', 'internal'] as const;
export type ClientName = (typeof CLIENTS)[number];

/** An application that has installed the clients as they would be published. */
export interface ClientApp {
  /** Its folder; `node_modules/@antiphon/*` are in it. */
  readonly folder: string;
  /** What is in each package. */
  readonly contents: Readonly<Record<ClientName, readonly string[]>>;
  remove(): void;
}

/** Packs the clients with npm, as they are now, and unpacks them into a new application. */
export function installPackedClients(): ClientApp {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'antiphon-app-')));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  const sources = join(folder, 'sources');
  cpSync(join(PROJECT, 'clients'), join(sources, 'clients'), { recursive: true });
  for (const file of ['tsconfig.json', 'package.json']) {
    cpSync(join(PROJECT, file), join(sources, file));
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(sources, 'node_modules'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(PROJECT, 'node_modules/graphql-ws'), join(folder, 'node_modules/graphql-ws'));
  return {
    folder,
    contents: { storefront: install('storefront', folder), internal: install('internal', folder) },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @returns the paths in the package */
function install(name: ClientName, folder: string): string[] {
  const cwd = join(folder, 'sources/clients', name);
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    PATH: `${join(PROJECT, 'node_modules/.bin')}:${process.env['PATH']}`,
  };
  const output = execFileSync('npm', ['pack', '--json', '--loglevel=error'], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  // What the build prints comes first.
  const [{ filename, files }] = JSON.parse(output.slice(output.indexOf('[\n'))) as [
    { filename: string; files: { path: string }[] },
  ];
  const target = join(folder, 'node_modules/@antiphon', name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', join(cwd, filename), '-C', target, '--strip-components=1']);
  return files.map(({ path }) => path).sort();
}
