import { getNamedType, type GraphQLObjectType, isObjectType, type SelectionSetNode } from 'graphql';
import { type CellRow, isoOfCell } from '../../db/read/cells.ts';
import { textOf, type Utf8 } from '../../db/read/utf8.ts';
import type { Order, PageRequest } from '../../db/read/page.ts';
import { encodeCursor } from '../paging.ts';
import { type AskedField, type Asking, askedFields, setsBelow } from './asked.ts';
import { type Attached, cellOf, orderCellOf, runsOf } from './joining.ts';
import { NotPlannable, type Place, type Run, type Write } from './place.ts';
import { sourceOf } from './statement.ts';

/** What a connection is written from. */
export interface ConnectionParts {
  readonly asking: Asking;
  readonly type: GraphQLObjectType;
  readonly fields: readonly AskedField[];
  /** Adds the cell of the count, beside the rows. */
  readonly count: () => number;
  /** Null where only the count is asked. */
  readonly rows: ConnectionRows | null;
}

interface ConnectionRows {
  readonly place: Place;
  readonly attached: Attached;
  /** Writes the object of a row. */
  readonly node: (type: GraphQLObjectType, sets: readonly SelectionSetNode[]) => Write;
}

/** The page that a connection shows: where the rows of each object are, in order. */
interface PageRows {
  readonly rows: readonly CellRow[];
  readonly runs: readonly (readonly [start: number, end: number])[];
  /** Whether there is more in the direction of reading. */
  readonly more: boolean;
  readonly order: Order;
  readonly page: PageRequest;
}

type WriteOfPage = (run: Run, page: PageRows | null, beside: CellRow | undefined) => string;

export function connectionWriter(parts: ConnectionParts): Write {
  const { type, fields, rows } = parts;
  const members = fields.map((asked, index) => {
    const key = `${index === 0 ? '' : ','}${JSON.stringify(asked.key)}:`;
    return { key, write: memberWriter(parts, type, asked) };
  });
  const pageOf = rows === null ? () => null : pageReader(rows);
  return (run, all, start, end) => {
    const page = pageOf(run, all, start, end);
    let text = '{';
    for (const { key, write } of members) text += key + write(run, page, all[start]);
    return `${text}}`;
  };
}

function memberWriter(
  parts: ConnectionParts,
  type: GraphQLObjectType,
  asked: AskedField,
): WriteOfPage {
  if (asked.name === '__typename') return () => JSON.stringify(type.name);
  if (asked.name === 'totalCount') {
    const at = parts.count();
    return (_run, _page, beside) => String((beside as CellRow)[at]);
  }
  const below = belowOf(type, asked);
  const { rows } = parts;
  if (rows === null) throw new NotPlannable(`${type.name}.${asked.name}`);
  if (asked.name === 'nodes') {
    const node = rows.node(below, setsBelow(asked));
    return listWriter((run, page, from, to) => node(run, page.rows, from, to));
  }
  const cursor = cursorReader(rows);
  const inner = askedFields(parts.asking, below, setsBelow(asked));
  if (asked.name === 'edges') return listWriter(edgeWriter(below, inner, rows, cursor));
  if (asked.name === 'pageInfo') return pageInfoWriter(below, inner, cursor);
  throw new NotPlannable(`${type.name}.${asked.name}`);
}

type WriteOfRun = (run: Run, page: PageRows, from: number, to: number) => string;
type CursorOf = (page: PageRows, row: number) => string;

function listWriter(write: WriteOfRun): WriteOfPage {
  return (run, page) => {
    if (page === null) return '[]';
    const items = page.runs.map(([from, to]) => write(run, page, from, to));
    return `[${items.join(',')}]`;
  };
}

function edgeWriter(
  type: GraphQLObjectType,
  fields: readonly AskedField[],
  rows: ConnectionRows,
  cursorOf: CursorOf,
): WriteOfRun {
  const members = fields.map((asked): WriteOfRun => {
    const key = `${JSON.stringify(asked.key)}:`;
    if (asked.name === 'cursor') return (_run, page, from) => `${key}"${cursorOf(page, from)}"`;
    if (asked.name === '__typename') return () => key + JSON.stringify(type.name);
    if (asked.name !== 'node') throw new NotPlannable(`${type.name}.${asked.name}`);
    const node = rows.node(belowOf(type, asked), setsBelow(asked));
    return (run, page, from, to) => key + node(run, page.rows, from, to);
  });
  return (run, page, from, to) =>
    `{${members.map((write) => write(run, page, from, to)).join(',')}}`;
}

function pageInfoWriter(
  type: GraphQLObjectType,
  fields: readonly AskedField[],
  cursorOf: CursorOf,
): WriteOfPage {
  const values: Readonly<Record<string, (page: PageRows) => string | boolean | null>> = {
    __typename: () => type.name,
    hasNextPage: ({ page, more }) => (page.backward ? page.beyond !== null : more),
    hasPreviousPage: ({ page, more }) => (page.backward ? more : page.beyond !== null),
    startCursor: (page) => edgeCursor(page, page.runs[0], cursorOf),
    endCursor: (page) => edgeCursor(page, page.runs.at(-1), cursorOf),
  };
  const members = fields.map(({ key, name }) => {
    const value = values[name];
    if (!value) throw new NotPlannable(`${type.name}.${name}`);
    return (page: PageRows) => `${JSON.stringify(key)}:${JSON.stringify(value(page))}`;
  });
  return (_run, page) => `{${members.map((write) => write(page as PageRows)).join(',')}}`;
}

function edgeCursor(
  page: PageRows,
  run: readonly [number, number] | undefined,
  cursorOf: CursorOf,
): string | null {
  return run === undefined ? null : cursorOf(page, run[0]);
}

function cursorReader({ place, attached }: ConnectionRows): CursorOf {
  const id = cellOf(place, 'id', attached.own.rowset);
  const orderValue = orderCellOf(place, attached.own.rowset);
  return ({ rows, order }, at) => {
    const row = rows[at] as CellRow;
    return encodeCursor(order, valueOfOrder(order, row[orderValue] as Utf8), row[id] as string);
  };
}

function valueOfOrder({ type }: Order, cell: Utf8): string | number {
  if (type === 'timestamptz') return isoOfCell(cell);
  return type === 'float8' ? Number(cell) : textOf(cell);
}

/** Cuts off what was read only to know whether there is more. */
function pageReader({ place, attached }: ConnectionRows) {
  const id = cellOf(place, 'id', attached.own.rowset);
  return (run: Run, all: readonly CellRow[], start: number, end: number): PageRows => {
    const { list } = sourceOf(place, run);
    if (list === null) throw new TypeError('a connection is a list');
    const { order, page } = list;
    const slice = attached.sliceOf(all, start, end);
    const runs = runsOf(slice, id);
    const more = runs.length > page.limit;
    const shown = !more ? runs : page.backward ? runs.slice(1) : runs.slice(0, page.limit);
    return { rows: slice.rows, runs: shown, more, order, page };
  };
}

function belowOf(type: GraphQLObjectType, asked: AskedField): GraphQLObjectType {
  const field = type.getFields()[asked.name];
  const below = field && getNamedType(field.type);
  if (!isObjectType(below)) throw new NotPlannable(`${type.name}.${asked.name}`);
  return below;
}
