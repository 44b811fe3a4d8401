import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const PROJECT = resolve(import.meta.dirname, '../..');

/**
 * One fenced block of a guide. What follows the language on its first line says what is done with it:
 *
 * - `graphql run=storefront`: sent with that demo key (storefront, integrator, admin); must succeed.
 * - `graphql run=integrator follow`: subscribed to; a negative review comes in; must be delivered.
 * - `graphql run=… error=CODE`: must be refused with that code.
 * - `graphql run=… save=reviewId:reviews.nodes.0.id`: keeps a value of the answer for later blocks of
 *   the page, which name it `<reviewId>`.
 * - `json variables`: the variables of the block before it.
 * - `json answer`: the answer (or standard output) of the block before it holds all of this.
 * - `json answer=shape`: it has these fields, with values of these types; lists may be longer.
 * - `bash run`, `js run`: executed in an empty directory, with exit code 0; `js` as an ES module.
 * - `bash run exit=3 prints=data:`: with that exit code, and with that in what it prints.
 * - `csv file=reviews.csv` (any language): written into that directory for the blocks after it.
 * - `skip="why"`: not run, for a reason that is written down.
 */
export interface Snippet {
  /** Relative to the project, with the line of the opening fence: `docs/replying.md:12`. */
  place: string;
  language: string;
  attributes: ReadonlyMap<string, string>;
  code: string;
}

/** Languages of which each block must say `run` or `skip`. */
const RUNNABLE = new Set(['graphql', 'bash', 'sh', 'js', 'ts']);

const FENCE = /^(?<indent> *)```(?<info>[^\n`]+)\n(?<code>.*?)^\k<indent>```$/gms;
const ATTRIBUTE = /(?<name>[a-z]+)(?:=(?:"(?<quoted>[^"]*)"|(?<plain>\S+)))?/g;

/** The pages whose snippets are run: the README and every guide, without the decision records. */
export function guides(): string[] {
  const docs = readdirSync(join(PROJECT, 'docs'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(PROJECT, 'docs', entry.name));
  return [join(PROJECT, 'README.md'), ...docs.sort()];
}

export function snippetsOf(file: string): Snippet[] {
  return parseSnippets(readFileSync(file, 'utf8'), relative(PROJECT, file));
}

export function parseSnippets(markdown: string, name: string): Snippet[] {
  return [...markdown.matchAll(FENCE)].map((match) => {
    const { indent = '', info = '', code = '' } = match.groups ?? {};
    const [language = '', ...rest] = info.trim().split(/\s+(.*)/s);
    const line = markdown.slice(0, match.index).split('\n').length;
    return {
      place: `${name}:${line}`,
      language,
      attributes: parseAttributes(rest.join(' ')),
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
}

function parseAttributes(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(({ groups = {} }) => [
      groups['name'] ?? '',
      groups['quoted'] ?? groups['plain'] ?? '',
    ]),
  );
}

/** Blocks of a language that can run which say neither that they do nor why not. */
export function undecided(snippets: readonly Snippet[]): string[] {
  return snippets
    .filter(({ language }) => RUNNABLE.has(language))
    .filter(({ attributes }) => !attributes.has('run') && !attributes.get('skip'))
    .map(({ place, language }) => `${place} (${language})`);
}

/** A block that runs, with the blocks after it that belong to it. */
export interface Step {
  snippet: Snippet;
  variables: Snippet | null;
  answer: Snippet | null;
}

export function stepsOf(snippets: readonly Snippet[]): Step[] {
  const steps: Step[] = [];
  for (const snippet of snippets) {
    const { attributes, place } = snippet;
    if (attributes.has('run') || attributes.has('file')) {
      steps.push({ snippet, variables: null, answer: null });
      continue;
    }
    const part = attributes.has('variables')
      ? 'variables'
      : attributes.has('answer')
        ? 'answer'
        : null;
    if (part === null) continue;
    const step = steps.at(-1);
    if (step === undefined) throw new Error(`${place}: no block to run stands before it.`);
    step[part] = snippet;
  }
  return steps;
}
