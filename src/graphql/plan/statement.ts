import type { LRUCache } from 'lru-cache';
import { beyondSql, directionOf, pageSql } from '../../db/read/page.ts';
import type { Cell, Computed, Count, Place, Rowset, RowSource, Run } from './place.ts';

/** What of a statement depends on the arguments. */
export type Part = Place | Count;

/**
 * The statement of a rowset with the arguments of this request, whose values are bound. The text
 * follows from the pieces that the arguments make, so it is put together once for each kind of
 * arguments: with a cursor or without, with these filters or those.
 */
export function statementOf({ rowset, parts, texts }: StatementPlan, run: Run): string {
  let kind = String(run.reader.publicOnly);
  for (const part of parts) {
    const piece = pieceOf(part, run);
    run.pieces[part.index] = piece;
    // The last page of one order reads as the first of the other does, and is told the other way around.
    kind += `\n${piece}\n${orderNameOf(part, run)}`;
  }
  let text = texts.get(kind);
  if (text === undefined) {
    text = composed(rowset, run);
    texts.set(kind, text);
  }
  return text;
}

function orderNameOf(part: Part, run: Run): string {
  return ('columns' in part && sourceOf(part, run).list?.order.name) || '';
}

/** A rowset with all that its statement is made of. */
export interface StatementPlan {
  readonly rowset: Rowset;
  readonly parts: readonly Part[];
  /** Statements by their pieces. */
  readonly texts: LRUCache<string, string>;
}

function pieceOf(part: Part, run: Run): string {
  return 'columns' in part ? pieceOfPlace(part, run) : pieceOfCount(part, run);
}

function pieceOfCount({ where }: Count, run: Run): string {
  return allOf(where(run.variables)(run.bindings));
}

/** Conditions, order and length of a page. */
function pieceOfPlace(place: Place, run: Run): string {
  const { where, list } = sourceOf(place, run);
  const conditions = allOf(where(run.bindings));
  if (list === null) return conditions;
  const { order, page } = list;
  const beyond = allOf(beyondSql(place.noun, order, page, run.bindings));
  return `${conditions}${beyond} ${pageSql(place.noun, order, page, place.beyond)}`;
}

function allOf(conditions: readonly string[]): string {
  let text = '';
  for (const condition of conditions) text += ` and ${condition}`;
  return text;
}

function composed(rowset: Rowset, run: Run): string {
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

function countSql({ index, noun, tie }: Count, run: Run): string {
  const { from, where } = noun.from(run.reader);
  return `(select count(*) from ${from} where ${where}${tied(tie)}${run.pieces[index]})`;
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
  const { list } = sourceOf(place, run);
  const publicTie = run.reader.publicOnly ? place.publicTie : null;
  const columns = [
    ...[...place.columns].map((name) => `${alias}.${name}`),
    ...place.computed.map((computed, i) => `${computedSql(computed, run)} as x${i}`),
    ...(list === null ? [] : [`${list.order.expression} as order_value`]),
  ];
  // The limit keeps PostgreSQL from drawing the subselect, and what it works out, into the join.
  const limit = list === null && place.computed.length > 0 ? ' limit 1' : '';
  return (
    `select ${columns.join(', ')} from ${from} ` +
    `where ${where}${tied(place.tie)}${tied(publicTie)}${run.pieces[place.index]}${limit}`
  );
}

function tied(tie: string | null | undefined): string {
  return tie ? ` and ${tie}` : '';
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

/** This request's rows at a place: worked out once, as arguments take some work. */
export function sourceOf(place: Place, run: Run): RowSource {
  return (run.sources[place.index] ??= place.source(run.variables));
}
