import { join } from 'node:path';
import { SDK_ASKS } from '../questions/sdk/sdk.ts';
import { antiphonEnvironment } from './antiphon.ts';
import type { Contender } from './contender.ts';

/** What compiling documents is worth: the same server and schema without it. */
export const graphqlJs: Contender = {
  name: 'graphql-js',
  title: 'Antiphon, executing by graphql-js',
  program: [join(import.meta.dirname, 'graphql-js.server.ts')],
  environment: antiphonEnvironment,
  asks: () => SDK_ASKS,
};
