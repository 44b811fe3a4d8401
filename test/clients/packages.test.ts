/** The clients as they would be published: what is in them, what the compiler says to their users, their size. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import ts from 'typescript';
import { CLIENTS, type ClientApp, installPackedClients } from './packed-clients.ts';
import { TYPE_SNIPPETS } from './type-snippets.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const STRICT: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  target: ts.ScriptTarget.ES2022,
  types: [],
  // The packages' own types are looked at too.
  skipLibCheck: false,
};
const NODE: ts.CompilerOptions = {
  ...STRICT,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2022.d.ts'],
  types: ['node'],
  typeRoots: [join(PROJECT, 'node_modules/@types')],
};
const BROWSER: ts.CompilerOptions = {
  ...STRICT,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
};

/** Gzipped bytes. Raise one only with a reason that is worth it to every visitor of a shop. */
const BUDGET = { everything: 3_600, onePage: 2_600 };

let app: ClientApp;

beforeAll(() => {
  app = installPackedClients();
}, 120_000);
afterAll(() => app.remove());

describe.each(CLIENTS)('the package @antiphon/%s', (name) => {
  it('holds code, types, its documents, its README and nothing else', () => {
    const others = app.contents[name].filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(others).toEqual(['README.md', 'package.json', 'trusted-documents.json']);
    expect(app.contents[name]).toContain(`dist/${name}/src/generated/operations.js`);
  });

  it('loads in Node without graphql-js', () => {
    const code = `
      import { registerHooks } from 'node:module';
      registerHooks({ resolve(specifier, context, next) {
        if (/^graphql(\\/|$)/.test(specifier)) throw new Error('graphql-js is loaded');
        return next(specifier, context);
      } });
      const client = await import('@antiphon/${name}');
      console.log(typeof client.getViewer, typeof client.AntiphonError);`;
    const { NODE_OPTIONS: _, ...env } = process.env;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: app.folder,
      env,
      encoding: 'utf8',
    });
    expect(output).toBe('function function\n');
  });
});

describe.each([
  ['in Node', NODE],
  ['in a bundler', BROWSER],
])('the types %s', (_, options) => {
  let errors: Map<string, number[]>;

  beforeAll(() => {
    errors = compile(
      TYPE_SNIPPETS.map(({ code }) => code),
      options,
    );
  }, 120_000);

  it.each(TYPE_SNIPPETS.filter(({ error }) => error === null))('take: $what', ({ code }) => {
    expect(errors.get(code)).toEqual([]);
  });

  it.each(TYPE_SNIPPETS.filter(({ error }) => error !== null))(
    'refuse: $what',
    ({ code, error }) => {
      expect(errors.get(code)).toEqual([error]);
    },
  );

  it('are in order themselves', () => {
    expect(errors.get('elsewhere')).toEqual([]);
  });
});

/** The numbers of the errors in each snippet, and of those outside of all. */
function compile(snippets: readonly string[], options: ts.CompilerOptions): Map<string, number[]> {
  const files = snippets.map((code, index) => {
    const file = join(app.folder, `snippet-${index}.ts`);
    writeFileSync(file, `${code}\nexport {};\n`);
    return file;
  });
  const program = ts.createProgram(files, options);
  const errors = new Map<string, number[]>([...snippets, 'elsewhere'].map((code) => [code, []]));
  for (const { file, code } of ts.getPreEmitDiagnostics(program)) {
    const place = snippets[files.indexOf(file?.fileName ?? '')] ?? 'elsewhere';
    errors.get(place)?.push(code);
  }
  return errors;
}

describe('the storefront client in the bundle of a shop', () => {
  it('is within its budget', async () => {
    const everything = await bundle("export * from '@antiphon/storefront';");
    expect(gzipSync(everything).length).toBeLessThan(BUDGET.everything);
  });

  it('is smaller where one operation is used, and without the documents of the others', async () => {
    const onePage = await bundle(
      "import { createStorefrontClient, getLocationPage } from '@antiphon/storefront';" +
        "console.log(await getLocationPage(createStorefrontClient({ url: '', key: '' })));",
    );
    expect(onePage).toContain('query GetLocationPage');
    expect(onePage).not.toContain('query ListLocations');
    expect(gzipSync(onePage).length).toBeLessThan(BUDGET.onePage);
  });

  it('costs nothing where nothing of it is used', async () => {
    expect(await bundle("import '@antiphon/storefront';")).toBe('');
  });
});

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: app.folder },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
