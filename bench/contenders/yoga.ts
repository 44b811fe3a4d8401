import { join } from 'node:path';
import type { Contender } from './contender.ts';
import { HAND_WRITTEN_ASKS } from './hand-written.asks.ts';
import { versionOf } from './versions.ts';

export const yoga: Contender = {
  name: 'yoga',
  title: `GraphQL Yoga ${versionOf('graphql-yoga')} on node:http, DataLoader, pg`,
  program: [join(import.meta.dirname, 'yoga.server.ts')],
  asks: () => HAND_WRITTEN_ASKS,
};
