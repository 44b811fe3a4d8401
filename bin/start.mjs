// `npm start`: gets a clone ready (packages, build) and serves.
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, nodeOf } from './install.mjs';
import { ROOT, become, main } from './process.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  await become(nodeOf(), [join(ROOT, 'dist/cli/index.js'), 'serve', ...process.argv.slice(2)]);
});
