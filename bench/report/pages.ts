import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { PROJECT, say } from '../process.ts';

const DIRECTORY = join(PROJECT, 'docs/performance');

/** Writes files to docs/performance, by their names; text in the form that `npm run format` gives it. */
export async function writePages(pages: Readonly<Record<string, string>>): Promise<void> {
  mkdirSync(DIRECTORY, { recursive: true });
  for (const [name, text] of Object.entries(pages)) {
    const path = join(DIRECTORY, name);
    const style = await prettier.resolveConfig(path);
    const isText = !name.endsWith('.svg');
    writeFileSync(path, isText ? await prettier.format(text, { ...style, filepath: path }) : text);
  }
  say(`written to ${DIRECTORY}`);
}

/** The command of this run. */
export function commandLine(): string {
  return ['npm run bench --', ...process.argv.slice(2)].join(' ');
}

/** As a list of Markdown. */
export function listOf(facts: object): string {
  return Object.entries(facts)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}
