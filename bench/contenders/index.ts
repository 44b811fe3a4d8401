import { antiphon, antiphonCached, antiphonGet, antiphonNotModified } from './antiphon.ts';
import type { Contender } from './contender.ts';
import { graphqlJs } from './graphql-js.ts';
import { limit } from './limit.ts';
import { mercurius } from './mercurius.ts';
import { noRollups } from './no-rollups.ts';
import { plain } from './plain.ts';
import { postgraphile } from './postgraphile.ts';
import { yoga } from './yoga.ts';

export const CONTENDERS: readonly Contender[] = [
  antiphon,
  antiphonCached,
  antiphonGet,
  antiphonNotModified,
  limit,
  postgraphile,
  mercurius,
  yoga,
  plain,
  graphqlJs,
  noRollups,
];
