import { join } from 'node:path';
import type { Contender } from './contender.ts';
import { HAND_WRITTEN_ASKS } from './hand-written.asks.ts';
import { versionOf } from './versions.ts';

export const mercurius: Contender = {
  name: 'mercurius',
  title: `Mercurius ${versionOf('mercurius')} with graphql-jit, its loaders, pg`,
  program: [join(import.meta.dirname, 'mercurius.server.ts')],
  asks: () => HAND_WRITTEN_ASKS,
};
