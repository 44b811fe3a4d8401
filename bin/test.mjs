// `npm test [-- jest's arguments]`: gets a clone ready (packages, build) and runs the tests.
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, nodeOf } from './install.mjs';
import { ROOT, become, main } from './process.mjs';

await main(async () => {
  await ensureInstalled();
  // Some tests run the built commands as a user does.
  await ensureBuilt();
  // jest loads ECMAScript modules through an API of Node that is behind a flag; its warning says no more.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  await become(nodeOf(), [...flags, jest, '--rootDir', ROOT, ...process.argv.slice(2)]);
});
