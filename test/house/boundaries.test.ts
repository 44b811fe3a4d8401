/**
 * Each rule that keeps the arrows between rooms one-way is proved on a small house of its own: a
 * temporary tree with one file per room, linted with the project's configuration.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { ESLint } from 'eslint';
import type { Linter } from 'eslint';
import tseslint from 'typescript-eslint';

const PROJECT = resolve(import.meta.dirname, '../..');
const MODULES = ['accounts', 'locations', 'products', 'reviews', 'responses'] as const;
const TREE = [
  'src/main.ts',
  'src/config.ts',
  'src/db/database.ts',
  'src/feed/hub.ts',
  'src/graphql/caller.ts',
  'src/http/server.ts',
  'src/pages/pages.ts',
  'src/cli/import.ts',
  'src/modules/entities.ts',
  'src/modules/noun-fields.ts',
  ...MODULES.flatMap((noun) => [
    `src/modules/${noun}/index.ts`,
    `src/modules/${noun}/${noun}.entity.ts`,
    `src/modules/${noun}/${noun}.reads.ts`,
  ]),
  'codegen/preset.ts',
  'clients/storefront/index.ts',
  'clients/storefront/index.test.ts',
  'clients/internal/index.ts',
  'web/start/start.ts',
  'test/testkit/server.ts',
];

let house: string;
let eslint: ESLint;

beforeAll(() => {
  house = realpathSync(mkdtempSync(join(tmpdir(), 'antiphon-house-')));
  for (const file of TREE) {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), 'export const thing = 1;\n');
  }
  eslint = new ESLint({
    cwd: house,
    overrideConfigFile: join(PROJECT, 'eslint.config.js'),
    overrideConfig: [
      // The small house has no tsconfig, and its arrows need no types.
      {
        files: ['**/*.ts'],
        languageOptions: { parserOptions: { projectService: false, project: null } },
        settings: { 'boundaries/root-path': house },
        rules: tseslint.configs.disableTypeChecked.rules as Linter.RulesRecord,
      },
    ],
  });
});

afterAll(() => {
  rmSync(house, { recursive: true, force: true });
});

/** Names of the rules that the code breaks when it stands in `file`. */
async function broken(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(house, file) });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

/** As `broken`, for a file that imports `target` (a path in the house, or a package). */
async function importing(file: string, target: string): Promise<string[]> {
  const source = TREE.includes(target) ? `./${relative(dirname(file), target)}` : target;
  return broken(file, `import { thing } from '${source}';\nthing();\n`);
}

const ALLOWED: [from: string, to: string][] = [
  ['src/feed/cursor.ts', 'src/db/database.ts'],
  ['src/feed/cursor.ts', 'src/feed/hub.ts'],
  ['src/graphql/context.ts', 'src/db/database.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/db/database.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/feed/hub.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/graphql/caller.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/modules/reviews/reviews.reads.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/modules/locations/index.ts'],
  ['src/modules/responses/responses.service.ts', 'src/modules/reviews/index.ts'],
  ['src/modules/reviews/reviews.reads.ts', 'src/modules/noun-fields.ts'],
  ['src/modules/reviews/version.entity.ts', 'src/modules/locations/locations.entity.ts'],
  ['src/modules/nodes/nodes.resolver.ts', 'src/modules/responses/index.ts'],
  ['src/modules/entities.ts', 'src/modules/reviews/reviews.reads.ts'],
  ['src/http/graphql.ts', 'src/graphql/caller.ts'],
  ['src/http/graphql.ts', 'src/feed/hub.ts'],
  ['src/http/graphql.ts', 'src/pages/pages.ts'],
  ['src/cli/keys.ts', 'src/modules/accounts/index.ts'],
  ['src/main.ts', 'src/http/server.ts'],
  ['src/main.ts', 'src/config.ts'],
  ['codegen/schema.ts', 'src/graphql/caller.ts'],
  ['clients/storefront/index.test.ts', 'test/testkit/server.ts'],
  ['web/start/start.ts', 'src/pages/pages.ts'],
  ['test/feed/hub.test.ts', 'src/feed/hub.ts'],
  ['src/db/pool.ts', 'pg'],
  ['test/db/pool.test.ts', 'pg'],
  ['src/http/graphql.ts', 'node:http'],
];

const REFUSED: [from: string, to: string][] = [
  ['src/db/pool.ts', 'src/feed/hub.ts'],
  ['src/db/pool.ts', 'src/graphql/caller.ts'],
  ['src/db/pool.ts', 'src/config.ts'],
  ['src/feed/cursor.ts', 'src/graphql/caller.ts'],
  ['src/feed/cursor.ts', 'src/modules/reviews/index.ts'],
  ['src/graphql/context.ts', 'src/feed/hub.ts'],
  ['src/graphql/context.ts', 'src/modules/accounts/index.ts'],
  ['src/http/graphql.ts', 'src/db/database.ts'],
  ['src/http/graphql.ts', 'src/modules/accounts/index.ts'],
  ['src/pages/state.ts', 'src/db/database.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/http/server.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/config.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/modules/entities.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/modules/locations/locations.reads.ts'],
  ['src/modules/locations/locations.service.ts', 'src/modules/reviews/index.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/modules/responses/index.ts'],
  ['src/modules/accounts/accounts.service.ts', 'src/modules/locations/index.ts'],
  ['src/feed/cursor.ts', 'src/modules/noun-fields.ts'],
  ['src/modules/locations/tag.entity.ts', 'src/modules/reviews/reviews.entity.ts'],
  ['src/modules/reviews/reviews.service.ts', 'src/modules/locations/locations.entity.ts'],
  ['src/modules/newcomer/newcomer.service.ts', 'src/modules/accounts/index.ts'],
  ['src/modules/reviews/reviews.service.ts', 'test/testkit/server.ts'],
  ['src/modules/reviews/reviews.reads.ts', 'pg'],
  ['src/feed/cursor.ts', '@electric-sql/pglite'],
  ['src/main.ts', '@mikro-orm/postgresql'],
  ['clients/storefront/index.ts', 'src/graphql/caller.ts'],
  ['clients/storefront/index.ts', 'clients/internal/index.ts'],
  ['clients/storefront/index.ts', 'test/testkit/server.ts'],
  ['web/start/start.ts', 'src/http/server.ts'],
];

describe('arrows between rooms', () => {
  it.each(ALLOWED)('%s may import %s', async (from, to) => {
    expect(await importing(from, to)).toEqual([]);
  });

  it.each(REFUSED)('%s may not import %s', async (from, to) => {
    expect(await importing(from, to)).toContain('boundaries/dependencies');
  });

  it('sees type imports, dynamic imports and re-exports too', async () => {
    const target = '../feed/hub.ts';
    for (const code of [
      `import type { Thing } from '${target}';\nexport type Other = Thing;\n`,
      `export const load = () => import('${target}');\n`,
      `export { thing } from '${target}';\n`,
    ]) {
      expect(await broken('src/db/pool.ts', code)).toContain('boundaries/dependencies');
    }
  });

  it('knows no pair of modules that may use each other', async () => {
    const { MODULE_ARROWS, ROOM_ARROWS } = (await import(join(PROJECT, '.eslint/rooms.js'))) as {
      MODULE_ARROWS: Record<string, string[]>;
      ROOM_ARROWS: Record<string, string[]>;
    };
    // main and cli start each other: a command may start the server, main runs the command.
    const rooms = { ...ROOM_ARROWS, cli: [] as string[] };
    for (const arrows of [MODULE_ARROWS, rooms]) {
      expect(reachesItself(arrows)).toEqual([]);
    }
  });
});

/** The names from which a walk along the arrows comes back to the start. */
function reachesItself(arrows: Record<string, string[]>): string[] {
  const from = (name: string, seen = new Set<string>()): Set<string> => {
    for (const next of arrows[name] ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      from(next, seen);
    }
    return seen;
  };
  return Object.keys(arrows).filter((name) => from(name).has(name));
}

describe('the environment', () => {
  it.each([
    `export const port = process.env.PORT;\n`,
    `export const port = process['env'].PORT;\n`,
    `const { env } = process;\nexport const port = env.PORT;\n`,
  ])('is not read outside of src/config.ts: %s', async (code) => {
    expect(await broken('src/http/port.ts', code)).toContain('no-restricted-properties');
    expect(await broken('src/main.ts', code)).toContain('no-restricted-properties');
    expect(await broken('src/config.ts', code)).toEqual([]);
  });

  it('is not imported either', async () => {
    const code = `import { env } from 'node:process';\nexport const port = env.PORT;\n`;
    expect(await broken('src/http/port.ts', code)).toContain('no-restricted-imports');
  });
});

describe('size and form', () => {
  const lines = (count: number): string => 'export function thing(): void {}\n'.repeat(count);

  it('keeps a file at 300 lines', async () => {
    expect(await broken('src/db/pool.ts', lines(301))).toContain('max-lines');
    expect(await broken('src/db/pool.ts', `${lines(300)}// why\n\n`)).not.toContain('max-lines');
  });

  it('keeps a function on a screen', async () => {
    const long = `export function thing(): void {\n${'  thing();\n'.repeat(60)}}\n`;
    expect(await broken('src/db/pool.ts', long)).toContain('max-lines-per-function');
    expect(await broken('test/db/pool.test.ts', long)).toEqual([]);
  });

  it('has no default export, no enum keyword, no any, no expectation without a matcher', async () => {
    const syntax = 'no-restricted-syntax';
    expect(await broken('src/db/pool.ts', 'export default 1;\n')).toContain(syntax);
    expect(await broken('src/db/pool.ts', 'export enum Colour { Red }\n')).toContain(syntax);
    expect(await broken('test/db/pool.test.ts', 'expect(1 + 1);\n')).toContain(syntax);
    expect(await broken('src/db/pool.ts', 'export let thing: any;\n')).toContain(
      '@typescript-eslint/no-explicit-any',
    );
  });

  it('leaves generated files alone', async () => {
    expect(await eslint.isPathIgnored(join(house, 'clients/storefront/generated/index.ts'))).toBe(
      true,
    );
  });
});
