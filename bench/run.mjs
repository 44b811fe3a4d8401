// `npm run bench [-- options]`: gets the project and the bench's own packages ready, and runs the bench
// under Node 24, whatever Node started this file.
import { join } from 'node:path';
import { ensureBuilt } from '../bin/build.mjs';
import { NODE_MAJOR, ensureInstalled, nodeOf } from '../bin/install.mjs';
import { become, main } from '../bin/process.mjs';

const BENCH = import.meta.dirname;

await main(async () => {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) {
    await ensureInstalled();
    await become(nodeOf(), [join(BENCH, 'run.mjs'), ...process.argv.slice(2)]);
  }
  await ensureInstalled();
  await ensureBuilt();
  await ensureInstalled(BENCH);
  await import('./main.ts');
});
