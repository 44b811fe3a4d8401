import {
  GraphQLBoolean,
  GraphQLError,
  type GraphQLFieldConfigMap,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller, Scope } from '../../src/graphql/caller.ts';
import { DateTime } from '../../src/graphql/scalars.ts';
import type { Schemas } from '../../src/graphql/schema.ts';
import type { FeedEvent } from '../../src/feed/events.ts';
import type { CohortSpec } from '../../src/feed/runtime.ts';
import { CursorError } from '../../src/feed/cursor.ts';

/** A schema with a field for each thing that a server can get wrong, so that tests need no product. */
export interface SampleContext {
  readonly caller: Caller;
  readonly requestId: string;
}

type Fields = GraphQLFieldConfigMap<unknown, SampleContext>;

interface Thing {
  readonly id: string;
  readonly name: string;
}

/** What faults say must never reach a client or the log's reader in full. */
export const FAULT_SECRET = 'the password is swordfish';

/** How often the selection of a subscription has been executed, in all. */
export const executions = { count: 0 };

const required = (type: typeof GraphQLString | typeof GraphQLInt) => new GraphQLNonNull(type);
const thing = (id: string): Thing => ({ id, name: `Thing ${id}` });
const access = (scope: Scope | null, storefront: boolean) => ({ access: { scope, storefront } });
const page = { first: { type: GraphQLInt }, last: { type: GraphQLInt } };

const Node = new GraphQLInterfaceType({
  name: 'Node',
  fields: { id: { type: new GraphQLNonNull(GraphQLID) } },
  resolveType: () => 'Thing',
});

const Thing: GraphQLObjectType<Thing, SampleContext> = new GraphQLObjectType({
  name: 'Thing',
  interfaces: [Node],
  fields: () => ({
    id: { type: new GraphQLNonNull(GraphQLID) },
    name: { type: GraphQLString },
    parent: { type: Thing, resolve: ({ id }: Thing) => thing(`${id}.p`) },
    parts: { type: ThingConnection, args: page, resolve: connection },
    fault: { type: GraphQLString, resolve: fault },
  }),
});

const ThingConnection: GraphQLObjectType = new GraphQLObjectType({
  name: 'ThingConnection',
  fields: () => ({
    nodes: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Thing))) },
    totalCount: { type: GraphQLInt },
  }),
});

function connection(_source: unknown, { first, last }: { first?: number; last?: number }) {
  const size = first ?? last ?? 3;
  return {
    nodes: Array.from({ length: size }, (_, index) => thing(String(index))),
    totalCount: size,
  };
}

function fault(): never {
  throw new Error(FAULT_SECRET);
}

const storefrontFields: Fields = {
  hello: {
    type: GraphQLString,
    args: { name: { type: GraphQLString, defaultValue: 'world' } },
    resolve: (_source, { name }: { name: string }) => `Hello ${name}`,
    extensions: access('reviews:read', true),
  },
  things: {
    type: ThingConnection,
    args: page,
    resolve: connection,
    extensions: access('reviews:read', true),
  },
};

const memberFields: Fields = {
  node: {
    type: Node,
    args: { id: { type: new GraphQLNonNull(GraphQLID) } },
    resolve: (_source, { id }: { id: string }) => thing(id),
  },
  nodes: {
    type: new GraphQLList(Node),
    args: { ids: { type: new GraphQLNonNull(new GraphQLList(required(GraphQLString))) } },
    resolve: (_source, { ids }: { ids: string[] }) => ids.map(thing),
    extensions: { cost: { multiplier: 'ids' } },
  },
  managed: {
    type: GraphQLString,
    resolve: () => 'by whoever may',
    extensions: access('keys:manage', false),
  },
  fault: {
    type: GraphQLString,
    args: { input: { type: GraphQLString } },
    resolve: (_source, { input }: { input?: string }) => {
      throw new Error(input === undefined ? FAULT_SECRET : `Cannot do "${input}"`);
    },
  },
  refusal: {
    type: GraphQLString,
    resolve: () => {
      throw new GraphQLError('Give another one.', { extensions: { code: 'BAD_USER_INPUT' } });
    },
  },
  lies: { type: required(GraphQLString), resolve: () => null },
  slow: {
    type: GraphQLString,
    args: { ms: { type: required(GraphQLInt) } },
    resolve: async (_source, { ms }: { ms: number }) => {
      await sleep(ms);
      return 'at last';
    },
  },
  long: {
    type: GraphQLString,
    args: { bytes: { type: required(GraphQLInt) } },
    resolve: (_source, { bytes }: { bytes: number }) => 'x'.repeat(bytes),
  },
  dayAfter: {
    type: DateTime,
    args: { at: { type: new GraphQLNonNull(DateTime) } },
    resolve: (_source, { at }: { at: Date }) => new Date(at.getTime() + 86_400_000),
  },
};

const ThingInput = new GraphQLInputObjectType({
  name: 'ThingInput',
  fields: { name: { type: required(GraphQLString) } },
});
const AddThingsInput = new GraphQLInputObjectType({
  name: 'AddThingsInput',
  fields: { things: { type: new GraphQLNonNull(new GraphQLList(ThingInput)) } },
});

/** What mutations have done, in the order in which they did it. */
export const done: string[] = [];

const mutation = new GraphQLObjectType<unknown, SampleContext>({
  name: 'Mutation',
  fields: {
    addThings: {
      type: GraphQLInt,
      args: { input: { type: new GraphQLNonNull(AddThingsInput) } },
      resolve: (_source, { input }: { input: { things: unknown[] } }) => input.things.length,
    },
    act: {
      type: GraphQLBoolean,
      args: { what: { type: required(GraphQLString) }, ms: { type: GraphQLInt } },
      resolve: async (_source, { what, ms }: { what: string; ms?: number }) => {
        await sleep(ms ?? 0);
        done.push(what);
        return true;
      },
    },
  },
});

interface Added {
  readonly seq: number;
  readonly pad: string;
}

const ThingAdded = new GraphQLObjectType<Added, SampleContext>({
  name: 'ThingAdded',
  fields: {
    seq: { type: required(GraphQLInt) },
    pad: { type: GraphQLString },
    keyId: { type: GraphQLID, resolve: (_source, _args, { caller }) => caller.keyId },
    fault: { type: GraphQLString, resolve: fault },
  },
});

const subscription = new GraphQLObjectType<unknown, SampleContext>({
  name: 'Subscription',
  fields: {
    thingAdded: {
      type: ThingAdded,
      args: { after: { type: GraphQLString }, padding: { type: GraphQLInt } },
      resolve: (added) => {
        executions.count += 1;
        return added;
      },
      extensions: { ...access('feed:read', false), feed: { open: openThings } },
    },
  },
});

/** `after` is a seq in plain sight here; what is no number is a cursor that the feed does not take. */
async function openThings(
  { after, padding = 0 }: { after?: string; padding?: number },
  { caller }: SampleContext,
): Promise<{ spec: CohortSpec<Added>; afterSeq: number | null }> {
  if (after !== undefined && !/^\d+$/.test(after)) throw new CursorError('FEED_CURSOR_INVALID');
  return {
    afterSeq: after === undefined ? null : Number(after),
    spec: {
      key: 'things',
      organizationId: caller.organizationId,
      kinds: ['REVIEW_RECEIVED'],
      produce: async (events: readonly FeedEvent[]) =>
        events.map(({ seq }) => ({ seq, value: { seq, pad: 'x'.repeat(padding) } })),
    },
  };
}

export function sampleSchemas(): Schemas {
  const query = (fields: Fields) =>
    new GraphQLObjectType<unknown, SampleContext>({ name: 'Query', fields });
  return {
    storefront: new GraphQLSchema({ query: query(storefrontFields), types: [Thing] }),
    full: new GraphQLSchema({
      query: query({ ...storefrontFields, ...memberFields }),
      mutation,
      subscription,
      types: [Thing],
    }),
  };
}
