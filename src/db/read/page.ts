import { Bindings, type Condition } from './conditions.ts';
import type { Noun, Reader, Row, Shaped } from './noun.ts';

/** The most rows of one page, and how many there are when nobody says. */
export const PAGE_LIMIT = 100;
export const PAGE_DEFAULT = 20;

/**
 * A total order over a noun: one expression, then the id, both in one direction, so that a page is
 * one row comparison on one index.
 */
export interface Order {
  /** In cursors, so that a cursor of another order is refused. */
  readonly name: string;
  readonly expression: string;
  readonly type: 'timestamptz' | 'text' | 'float8';
  readonly descending: boolean;
}

/** Where a page starts and how long it is. */
export interface PageRequest {
  readonly limit: number;
  readonly backward: boolean;
  /** The row beside the page, in the order's own terms. */
  readonly beyond: { readonly value: unknown; readonly key: string } | null;
}

/** The rows of one page in the order's direction, whichever way it was read. */
export interface Page {
  readonly rows: readonly { readonly node: Shaped; readonly orderValue: unknown }[];
  /** Whether there is more in the direction of reading. */
  readonly more: boolean;
}

export interface PageQuery {
  readonly fields: readonly string[];
  readonly order: Order;
  readonly page: PageRequest;
  readonly where?: Condition;
}

/** Which way a page is read, as SQL says it; a page told in the order's own direction is not `backward`. */
export function directionOf(order: Order, backward: boolean): 'asc' | 'desc' {
  return order.descending === backward ? 'asc' : 'desc';
}

/** What keeps a page behind the row beside it; nothing holds the first one back. */
export function beyondSql(
  { declaration }: Noun,
  order: Order,
  { beyond, backward }: PageRequest,
  bindings: Bindings,
): string[] {
  if (beyond === null) return [];
  const value = `${bindings.bind(beyond.value)}::${order.type}`;
  const key = `${bindings.bind(beyond.key)}::uuid`;
  const comparison = directionOf(order, backward) === 'asc' ? '>' : '<';
  return [`(${order.expression}, ${declaration.alias}.id) ${comparison} (${value}, ${key})`];
}

/**
 * Order and length of a page, with `extra` rows behind it. The limit stands in the text: bound,
 * PostgreSQL would guess how many rows it is, or plan the statement anew each time.
 */
export function pageSql(
  { declaration }: Noun,
  order: Order,
  { limit, backward }: PageRequest,
  extra: number,
): string {
  const direction = directionOf(order, backward);
  return (
    `order by ${order.expression} ${direction}, ${declaration.alias}.id ${direction} ` +
    `limit ${limit + extra}`
  );
}

const EMPTY_PAGE: Page = { rows: [], more: false };

/** Parts of a page's statement that are the same for one list and for a list per parent. */
function parts(noun: Noun, reader: Reader, query: PageQuery, bindings: Bindings) {
  const { order, page } = query;
  const { from, where } = noun.from(reader);
  const conditions = [
    where,
    ...(query.where?.(bindings) ?? []),
    ...beyondSql(noun, order, page, bindings),
  ];
  const projection = noun.project(query.fields, reader, [`${order.expression} as order_value`]);
  return { from, conditions, ordered: pageSql(noun, order, page, 1), projection };
}

function toPage(rows: readonly Row[], query: PageQuery, shape: (row: Row) => Shaped): Page {
  const more = rows.length > query.page.limit;
  const kept = (more ? rows.slice(0, query.page.limit) : rows).map((row) => ({
    node: shape(row),
    orderValue: row['order_value'],
  }));
  return { rows: query.page.backward ? kept.reverse() : kept, more };
}

/** One page over the whole noun. */
export async function readPage(noun: Noun, reader: Reader, query: PageQuery): Promise<Page> {
  const bindings = new Bindings();
  const { from, conditions, ordered, projection } = parts(noun, reader, query, bindings);
  const rows = await reader.db.read<Record<string, unknown>>(
    reader.organizationId,
    `select ${projection.columns} from ${from} where ${conditions.join(' and ')} ${ordered}`,
    bindings.values,
  );
  return toPage(rows, query, projection.shape);
}

/** One page for each parent, all by one statement: a lateral join gives each its own limit. */
export async function readPagePerParent(
  noun: Noun,
  reader: Reader,
  parentColumn: string,
  parents: readonly string[],
  query: PageQuery,
): Promise<ReadonlyMap<string, Page>> {
  const bindings = new Bindings();
  const keys = bindings.bind(parents);
  const { alias } = noun.declaration;
  const { from, conditions, ordered, projection } = parts(noun, reader, query, bindings);
  const direction = directionOf(query.order, query.page.backward);
  const rows = await reader.db.read<Record<string, unknown>>(
    reader.organizationId,
    `select parent.key as parent_key, page.* from unnest(${keys}::uuid[]) as parent(key) ` +
      `cross join lateral (select ${projection.columns} from ${from} ` +
      `where ${conditions.join(' and ')} and ${alias}.${parentColumn} = parent.key ${ordered}) page ` +
      `order by parent.key, page.order_value ${direction}, page.id ${direction}`,
    bindings.values,
  );
  const byParent = new Map<string, Row[]>(parents.map((parent) => [parent, []]));
  for (const row of rows) byParent.get(row['parent_key'] as string)?.push(row);
  return new Map(
    [...byParent].map(([parent, own]) => [
      parent,
      own.length === 0 ? EMPTY_PAGE : toPage(own, query, projection.shape),
    ]),
  );
}

/** How many rows there are, whatever the page. */
export async function countRows(noun: Noun, reader: Reader, where?: Condition): Promise<number> {
  const bindings = new Bindings();
  const base = noun.from(reader);
  const conditions = [base.where, ...(where?.(bindings) ?? [])];
  const [row] = await reader.db.read<{ count: number }>(
    reader.organizationId,
    `select count(*)::int as count from ${base.from} where ${conditions.join(' and ')}`,
    bindings.values,
  );
  return row?.count ?? 0;
}

/** How many rows each parent has, by one statement; parents without rows are absent. */
export async function countRowsPerParent(
  noun: Noun,
  reader: Reader,
  parentColumn: string,
  parents: readonly string[],
  where?: Condition,
): Promise<ReadonlyMap<string, number>> {
  const bindings = new Bindings();
  const keys = bindings.bind(parents);
  const base = noun.from(reader);
  const parent = `${noun.declaration.alias}.${parentColumn}`;
  const conditions = [base.where, `${parent} = any(${keys}::uuid[])`, ...(where?.(bindings) ?? [])];
  const rows = await reader.db.read<{ parent_key: string; count: number }>(
    reader.organizationId,
    `select ${parent} as parent_key, count(*)::int as count from ${base.from} ` +
      `where ${conditions.join(' and ')} group by ${parent}`,
    bindings.values,
  );
  return new Map(rows.map((row) => [row.parent_key, row.count]));
}
