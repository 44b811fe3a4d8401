#!/usr/bin/env node
// `antiphon …`: runs the command line under Node 24, whatever Node started this file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { NODE_MAJOR, ensureInstalled, nodeOf } from './install.mjs';
import { ROOT, become, main } from './process.mjs';

const CLI = join(ROOT, 'dist/cli/index.js');

await main(async () => {
  // Only a clone has sources and installs itself; a package comes built, and npm sees to the rest.
  if (existsSync(join(ROOT, 'src'))) {
    await ensureInstalled();
    await ensureBuilt();
  }
  const isNewEnough = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
  if (isNewEnough) await import(pathToFileURL(CLI).href);
  else await become(nodeOf(), [CLI, ...process.argv.slice(2)]);
});
