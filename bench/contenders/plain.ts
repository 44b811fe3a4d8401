import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contender } from './contender.ts';
import { HAND_WRITTEN_ASKS } from './hand-written.asks.ts';
import { versionOf } from './versions.ts';

/** Decorators are no JavaScript yet: tsx compiles them while the server starts. */
const TSX = import.meta.resolve('tsx');

export const plain: Contender = {
  name: 'plain',
  title: `the stack of the tutorials: Apollo Server ${versionOf('@apollo/server')}, TypeGraphQL ${versionOf('type-graphql')}, MikroORM ${versionOf('@mikro-orm/core')}, DataLoader`,
  program: ['--import', TSX, join(import.meta.dirname, 'plain.server.ts')],
  environment: () => ({
    TSX_TSCONFIG_PATH: fileURLToPath(import.meta.resolve('../tsconfig.json')),
  }),
  asks: () => HAND_WRITTEN_ASKS,
};
