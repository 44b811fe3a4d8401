import { antiphon, antiphonCached } from './antiphon.ts';
import type { Contender } from './contender.ts';
import { graphqlJs } from './graphql-js.ts';
import { limit } from './limit.ts';
import { mercurius } from './mercurius.ts';
import { plain } from './plain.ts';
import { postgraphile } from './postgraphile.ts';
import { yoga } from './yoga.ts';

export const CONTENDERS: readonly Contender[] = [
  antiphon,
  antiphonCached,
  limit,
  postgraphile,
  mercurius,
  yoga,
  plain,
  graphqlJs,
];
