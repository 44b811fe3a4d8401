import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT } from '../process.ts';

/** Antiphon's server with its statement of the rollups taken out: there is no setting for that. */
const file = join(PROJECT, 'dist/modules/reviews/rollup.js');
const { RollupChange } = (await import(pathToFileURL(file).href)) as {
  RollupChange?: { readonly prototype: { write?: () => Promise<void> } };
};
if (RollupChange?.prototype.write === undefined) {
  throw new Error(`${file} writes the rollups in another way: tell this file how.`);
}
RollupChange.prototype.write = async () => undefined;

await import(pathToFileURL(join(PROJECT, 'dist/cli/index.js')).href);
