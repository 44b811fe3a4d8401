import type { Order } from '../../db/read/page.ts';
import type { Cell, Computed, Count, Place, Rowset, RowSource, Run } from './place.ts';

/** The statement of a rowset, with the arguments of this request. */
export function statementOf(rowset: Rowset, run: Run): string {
  const cells = rowset.cells.map((cell) => cellSql(cell, run));
  const order = orderOf(rowset, run);
  return (
    `select ${cells.join(', ') || '1'}${fromOf(rowset, run)}` +
    (order.length > 0 ? ` order by ${order.join(', ')}` : '')
  );
}

function cellSql(cell: Cell, run: Run): string {
  return 'sql' in cell ? cell.sql : countSql(cell.count, run);
}

function computedSql(computed: Computed, run: Run): string {
  return 'nested' in computed ? nestedSql(computed.nested, run) : cellSql(computed, run);
}

/** Rows as a JSON array of arrays of text, so that they are read just as the statement's own. */
function nestedSql(rowset: Rowset, run: Run): string {
  const cells = rowset.cells.map((cell) => `(${cellSql(cell, run)})::text`);
  const order = orderOf(rowset, run);
  const ordered = order.length > 0 ? ` order by ${order.join(', ')}` : '';
  return `(select json_agg(json_build_array(${cells.join(', ')})${ordered})${fromOf(rowset, run)})`;
}

function countSql({ noun, tie, where }: Count, run: Run): string {
  const base = noun.from(run.reader);
  const conditions = [base.where, ...where(run.variables)(run.bindings)];
  if (tie !== null) conditions.push(tie);
  return `(select count(*) from ${base.from} where ${conditions.join(' and ')})`;
}

function fromOf({ root, always }: Rowset, run: Run): string {
  if (root === null) return '';
  const joined = root.joined.map((place) => joinSql(place, run)).join('');
  const first = always
    ? `(values (1)) as always(one) left join lateral (${selectOf(root, run)}) ${root.name} on true`
    : `(${selectOf(root, run)}) ${root.name}`;
  return ` from ${first}${joined}`;
}

function joinSql(place: Place, run: Run): string {
  const own = ` left join lateral (${selectOf(place, run)}) ${place.name} on true`;
  return own + place.joined.map((each) => joinSql(each, run)).join('');
}

function selectOf(place: Place, run: Run): string {
  const { alias } = place.noun.declaration;
  const { from, where } = place.noun.from(run.reader);
  const source = sourceOf(place, run);
  const conditions = [where, ...source.where(run.bindings)];
  if (place.tie !== null) conditions.push(place.tie);
  const columns = [...place.columns].map((name) => `${alias}.${name}`);
  place.computed.forEach((computed, i) => {
    columns.push(`${computedSql(computed, run)} as x${i}`);
  });
  if (source.list === null) {
    // The limit keeps PostgreSQL from drawing the subselect, and what it works out, into the join.
    const limit = place.computed.length > 0 ? ' limit 1' : '';
    return `select ${columns.join(', ')} from ${from} where ${conditions.join(' and ')}${limit}`;
  }
  const { order, page } = source.list;
  const direction = directionOf(order, page.backward);
  if (page.beyond !== null) {
    const value = `${run.bindings.bind(page.beyond.value)}::${order.type}`;
    const key = `${run.bindings.bind(page.beyond.key)}::uuid`;
    const comparison = direction === 'asc' ? '>' : '<';
    conditions.push(`(${order.expression}, ${alias}.id) ${comparison} (${value}, ${key})`);
  }
  return (
    `select ${[...columns, `${order.expression} as order_value`].join(', ')} from ${from} ` +
    `where ${conditions.join(' and ')} ` +
    `order by ${order.expression} ${direction}, ${alias}.id ${direction} ` +
    // In the text: bound, it would be guessed at by the planner of PostgreSQL.
    `limit ${page.limit + place.beyond}`
  );
}

/** In the order of the answer, whichever way a page was read; the rows of a parent stay together. */
function orderOf({ root }: Rowset, run: Run): string[] {
  return root === null ? [] : orderWithin(root, run);
}

function orderWithin(place: Place, run: Run): string[] {
  const { list } = sourceOf(place, run);
  const own: string[] = [];
  if (list !== null) {
    const direction = directionOf(list.order, false);
    own.push(`${place.name}.order_value ${direction}`, `${place.name}.id ${direction}`);
  }
  return [...own, ...place.joined.flatMap((each) => orderWithin(each, run))];
}

function directionOf(order: Order, backward: boolean): 'asc' | 'desc' {
  return order.descending === backward ? 'asc' : 'desc';
}

/** This request's rows at a place: worked out once, as arguments take some work. */
export function sourceOf(place: Place, run: Run): RowSource {
  return (run.sources[place.index] ??= place.source(run.variables));
}
