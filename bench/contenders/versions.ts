import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK = join(import.meta.dirname, '../package-lock.json');
const { packages } = JSON.parse(readFileSync(LOCK, 'utf8')) as {
  packages: Record<string, { version: string } | undefined>;
};

/** The version of a package that the bench is pinned to. */
export function versionOf(name: string): string {
  const entry = packages[`node_modules/${name}`];
  if (entry === undefined) throw new Error(`the bench has no package ${name}`);
  return entry.version;
}
