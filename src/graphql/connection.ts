import { ArgsType, type ClassType, Field, Int } from 'type-graphql';
import {
  countRows,
  countRowsPerParent,
  type Order,
  PAGE_DEFAULT,
  PAGE_LIMIT,
  type Page,
  type PageRequest,
  readPage,
  readPagePerParent,
} from '../db/read/page.ts';
import type { Condition } from '../db/read/conditions.ts';
import type { Noun, Shaped } from '../db/read/noun.ts';
import { PlainObjectType, RequiresScope, Storefront } from './access.ts';
import type { Scope } from './caller.ts';
import type { GraphQLContext } from './context.ts';
import { encodeCursor, pageRequest } from './paging.ts';
import type { Selection } from './selection.ts';

/**
 * Relay connections (https://relay.dev/graphql/connections.htm) by keyset: cursors hold the value
 * of the order and the id, so a page costs the same however deep it is, and rows that come or go
 * meanwhile shift nothing.
 */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many rows from the start: 1 to ${PAGE_LIMIT}; ${PAGE_DEFAULT} when neither \`first\` nor \`last\` is given.`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Rows after this cursor.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many rows from the end: 1 to ${PAGE_LIMIT}.`,
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Rows before this cursor.' })
  before?: string | null;
}

@PlainObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Storefront()
  @Field(() => Boolean, {
    description: 'Whether there are rows after this page, when reading forward.',
  })
  hasNextPage!: boolean;

  @Storefront()
  @Field(() => Boolean, {
    description: 'Whether there are rows before this page, when reading backward.',
  })
  hasPreviousPage!: boolean;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'The cursor of the first row of this page.' })
  startCursor!: string | null;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'The cursor of the last row of this page.' })
  endCursor!: string | null;
}

export interface Connection<T> {
  nodes: readonly T[];
  edges: readonly { cursor: string; node: T }[];
  pageInfo: PageInfo;
  totalCount: number | null;
}

/** Makes the connection type of a noun, `<Noun>Connection`, and its edge. */
export function connectionType<T extends object>(
  name: string,
  node: () => ClassType<T>,
  scope: Scope,
): ClassType<Connection<T>> {
  @RequiresScope(scope)
  @PlainObjectType({ name: `${name}Edge`, description: `A ${name} in a list, with its cursor.` })
  class Edge {
    @Storefront()
    @Field(() => String, { description: 'For `after` and `before`.' })
    cursor!: string;

    @Storefront()
    @Field(() => node())
    node!: T;
  }

  @RequiresScope(scope)
  @PlainObjectType({
    name: `${name}Connection`,
    description: `A page of a list of ${name} objects.`,
  })
  class NounConnection {
    @Storefront()
    @Field(() => [Edge])
    edges!: Edge[];

    @Storefront()
    @Field(() => [node()], { description: 'The rows without their cursors.' })
    nodes!: T[];

    @Storefront()
    @Field(() => PageInfo)
    pageInfo!: PageInfo;

    @Storefront()
    @Field(() => Int, { description: 'Over all pages; counted only when asked for.' })
    totalCount!: number;
  }
  return NounConnection;
}

function toConnection(
  page: Page,
  request: PageRequest,
  order: Order,
  totalCount: number | null,
): Connection<Shaped> {
  const cursorOf = (row: Page['rows'][number]) => encodeCursor(order, row.orderValue, row.node.key);
  const first = page.rows[0];
  const last = page.rows.at(-1);
  const beside = request.beyond !== null;
  return {
    nodes: page.rows.map((row) => row.node),
    // Cursors are made when they are asked for: storefronts mostly read `nodes`.
    get edges() {
      return page.rows.map((row) => ({ cursor: cursorOf(row), node: row.node }));
    },
    pageInfo: {
      hasNextPage: request.backward ? beside : page.more,
      hasPreviousPage: request.backward ? page.more : beside,
      startCursor: first ? cursorOf(first) : null,
      endCursor: last ? cursorOf(last) : null,
    },
    totalCount,
  };
}

/** What a list is asked for, whichever parent it hangs on. */
export interface ListQuery {
  readonly args: PageArgs;
  readonly order: Order;
  readonly where?: Condition;
  readonly selection: Selection;
}

function prepared(noun: Noun, query: ListQuery) {
  const { type } = noun.declaration;
  const connection = `${type}Connection`;
  const { selection } = query;
  const node = selection
    .child(connection, 'nodes')
    .union(selection.child(connection, 'edges').child(`${type}Edge`, 'node'));
  const page = pageRequest(query.args, query.order);
  const wantsRows = ['nodes', 'edges', 'pageInfo'].some((each) => selection.has(connection, each));
  const wantsCount = selection.has(connection, 'totalCount');
  const read = {
    fields: node.fields(type),
    order: query.order,
    page,
    ...(query.where && { where: query.where }),
  };
  return { page, read, wantsRows, wantsCount };
}

const NOTHING: Page = { rows: [], more: false };

/** A list over the whole organization: one statement, and one more when the total is asked for. */
export async function readConnection(
  noun: Noun,
  ctx: GraphQLContext,
  query: ListQuery,
): Promise<Connection<Shaped>> {
  const { page, read, wantsRows, wantsCount } = prepared(noun, query);
  const [rows, total] = await Promise.all([
    wantsRows ? readPage(noun, ctx.reader, read) : NOTHING,
    wantsCount ? countRows(noun, ctx.reader, query.where) : null,
  ]);
  return toConnection(rows, page, query.order, total);
}

/** A list on a parent: all parents of the same place in the query are answered by one statement. */
export async function readConnectionOf(
  noun: Noun,
  ctx: GraphQLContext,
  parent: { column: string; key: string },
  query: ListQuery & { identity: unknown },
): Promise<Connection<Shaped>> {
  const { page, read, wantsRows, wantsCount } = prepared(noun, query);
  const { reader, loaders } = ctx;
  const { type } = noun.declaration;
  const question = JSON.stringify([query.identity, query.args, query.order.name]);
  const name = `${type} by ${parent.column}`;
  const [rows, total] = await Promise.all([
    wantsRows
      ? loaders.load<Page>(
          `${name}: ${question} ${read.fields.join()}`,
          parent.key,
          (keys) => readPagePerParent(noun, reader, parent.column, keys, read),
          NOTHING,
        )
      : NOTHING,
    wantsCount
      ? loaders.load<number>(
          `count of ${name}: ${question}`,
          parent.key,
          (keys) => countRowsPerParent(noun, reader, parent.column, keys, query.where),
          0,
        )
      : null,
  ]);
  return toConnection(rows, page, query.order, total);
}
