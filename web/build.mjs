/**
 * Bundles the start page and GraphiQL into dist/web, with a list of what is served at which path
 * (pages.json). Nothing is fetched from elsewhere when the pages run: scripts, styles, fonts and
 * editor workers all come from the packages in node_modules.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const WEB = import.meta.dirname;
const PLACE = resolve(WEB, '../dist/web');
const OUT = `${PLACE}.${process.pid}`;
const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

const common = {
  bundle: true,
  minify: true,
  metafile: true,
  target: 'es2022',
  legalComments: 'linked',
  outdir: join(OUT, 'assets'),
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  publicPath: '/assets/',
  loader: { '.ttf': 'file', '.woff2': 'file' },
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

/** Entry point (relative to the project) → the path under which its output is served. */
function servedPaths(metafile) {
  const entries = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
  return new Map(
    entries.flatMap(([file, output]) => {
      const script = [[output.entryPoint, `/assets/${basename(file)}`]];
      const style = output.cssBundle
        ? [[`${output.entryPoint}#css`, `/assets/${basename(output.cssBundle)}`]]
        : [];
      return [...script, ...style];
    }),
  );
}

function endingWith(paths, suffix) {
  const found = [...paths].filter(([entry]) => entry.endsWith(suffix));
  if (found.length !== 1) throw new Error(`The build has ${found.length} outputs for ${suffix}.`);
  return found[0][1];
}

async function buildWorkers() {
  const { metafile } = await build({
    ...common,
    format: 'iife',
    entryPoints: [
      'monaco-editor/esm/vs/editor/editor.worker.js',
      'monaco-editor/esm/vs/language/json/json.worker.js',
      'monaco-graphql/esm/graphql.worker.js',
    ],
  });
  const paths = servedPaths(metafile);
  const urls = {
    editor: endingWith(paths, '/editor.worker.js'),
    json: endingWith(paths, '/json.worker.js'),
    graphql: endingWith(paths, '/graphql.worker.js'),
  };
  return { metafile, urls };
}

async function buildPages(workerUrls) {
  const { metafile } = await build({
    ...common,
    format: 'esm',
    splitting: true,
    define: { ...common.define, WORKER_URLS: JSON.stringify(workerUrls) },
    entryPoints: {
      start: join(WEB, 'start/start.ts'),
      graphiql: join(WEB, 'graphiql/graphiql.ts'),
      survey: join(WEB, 'survey/survey.ts'),
    },
  });
  return metafile;
}

/** The project's mark, under a name that changes with it. */
async function writeIcon() {
  const icon = await readFile(join(WEB, 'mark.svg'));
  const file = `mark-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`;
  await writeFile(join(OUT, 'assets', file), icon);
  return `/assets/${file}`;
}

/** Writes a page with the served paths of its script, style and icon in place of `{{…}}`. */
async function writeHtml(name, paths, icon) {
  const template = await readFile(join(WEB, name, 'index.html'), 'utf8');
  const entry = `web/${name}/${name}.ts`;
  const served = {
    script: endingWith(paths, entry),
    style: endingWith(paths, `${entry}#css`),
    icon,
  };
  await writeFile(
    join(OUT, `${name}.html`),
    template.replaceAll(/\{\{(script|style|icon)\}\}/g, (_, key) => served[key]),
  );
}

/** What is served at which path: `BuiltPage[]` of src/pages/pages.ts. */
function listed(assetPaths) {
  const html = { contentType: CONTENT_TYPES['.html'], immutable: false };
  const assets = [...new Set(assetPaths)]
    .filter((path) => extname(path) in CONTENT_TYPES)
    .map((path) => ({
      path,
      file: path.slice(1),
      contentType: CONTENT_TYPES[extname(path)],
      immutable: true,
    }));
  return [
    { path: '/', file: 'start.html', ...html },
    { path: '/graphiql', file: 'graphiql.html', ...html },
    ...assets,
  ];
}

process.chdir(resolve(WEB, '..'));
await rm(OUT, { recursive: true, force: true });
const workers = await buildWorkers();
const pages = await buildPages(workers.urls);
const icon = await writeIcon();
const paths = servedPaths(pages);
await writeHtml('start', paths, icon);
await writeHtml('graphiql', paths, icon);
// Not served as it is: src/pages/survey puts the questions into it.
await writeHtml('survey', paths, icon);
const outputs = [workers.metafile, pages].flatMap(({ outputs: files }) => Object.keys(files));
const served = listed([icon, ...outputs.map((file) => `/assets/${basename(file)}`)]);
await writeFile(join(OUT, 'pages.json'), `${JSON.stringify(served, null, 2)}\n`);
// A server that starts meanwhile finds the old pages or the new ones, never half of them.
await rm(PLACE, { recursive: true, force: true });
await rename(OUT, PLACE);
