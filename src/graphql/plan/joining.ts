import type { CellRow } from '../../db/read/cells.ts';
import type { Noun } from '../../db/read/noun.ts';
import { type Computed, NotPlannable, type Place, type Rowset } from './place.ts';

/** Where rows are joined. A second list of the same parent would multiply them. */
export interface Scope {
  readonly rowset: Rowset;
  listIsTaken: boolean;
}

/** Some rows, from `start` to before `end`. */
export interface Slice {
  readonly rows: readonly CellRow[];
  readonly start: number;
  readonly end: number;
}

/** A list's place in the statement, and how its rows are found from those of its parent. */
export interface Attached {
  readonly own: Scope;
  readonly sliceOf: (rows: readonly CellRow[], start: number, end: number) => Slice;
}

const sameRows: Attached['sliceOf'] = (rows, start, end) => ({ rows, start, end });

export function attachRoot(place: Place, { rowset }: Scope): Attached {
  rowset.root = place;
  return { own: { rowset, listIsTaken: false }, sliceOf: sameRows };
}

/** The first list of a parent is joined to its rows; the next one comes as JSON in a cell. */
export function attach(place: Place, parent: Place, scope: Scope): Attached {
  if (!scope.listIsTaken) {
    scope.listIsTaken = true;
    parent.joined.push(place);
    const own = { rowset: scope.rowset, listIsTaken: false };
    return { own, sliceOf: sameRows };
  }
  const nested: Rowset = { root: place, always: false, cells: [] };
  const at = computedCellOf(parent, { nested }, scope.rowset);
  return {
    own: { rowset: nested, listIsTaken: false },
    sliceOf: (rows, start) => {
      const text = (rows[start] as CellRow)[at] as string | null;
      const own = text === null ? [] : (JSON.parse(text) as CellRow[]);
      return { rows: own, start: 0, end: own.length };
    },
  };
}

/** What ties the rows of a list to the parent that they point to, from beside it or from within. */
export function tieOf(
  noun: Noun,
  column: string,
  parent: Place,
  from: 'beside' | 'within',
): string {
  const { alias } = noun.declaration;
  const outer = parent.noun.declaration.alias;
  if (from === 'within' && alias === outer) throw new NotPlannable(`${alias} within ${outer}`);
  return `${alias}.${column} = ${from === 'beside' ? parent.name : outer}.id`;
}

/** That the parent's column is not null, from beside the parent or from within. */
export function presenceOf(column: string, parent: Place, from: 'beside' | 'within'): string {
  if (from === 'within') return `${parent.noun.declaration.alias}.${column} is not null`;
  parent.columns.add(column);
  return `${parent.name}.${column} is not null`;
}

/** Where a value stands that is worked out for each row of a place. */
export function computedCellOf(place: Place, computed: Computed, { cells }: Rowset): number {
  const name = `x${place.computed.push(computed) - 1}`;
  return cellOfName(place, name, cells);
}

/** Where a column of a place stands in the rows; it is selected from now on. */
export function cellOf(place: Place, column: string, { cells }: Rowset): number {
  place.columns.add(column);
  return cellOfName(place, column, cells);
}

/** Where the value stands that the rows of a list are ordered by. */
export function orderCellOf(place: Place, { cells }: Rowset): number {
  return cellOfName(place, 'order_value', cells);
}

function cellOfName(place: Place, name: string, cells: Rowset['cells']): number {
  const sql = `${place.name}.${name}`;
  const known = cells.findIndex((cell) => 'sql' in cell && cell.sql === sql);
  return known >= 0 ? known : cells.push({ sql }) - 1;
}

/** The rows of one object stand together: where each object's begin and end. */
export function runsOf({ rows, start, end }: Slice, id: number): (readonly [number, number])[] {
  const runs: (readonly [number, number])[] = [];
  let from = start;
  while (from < end) {
    const key = (rows[from] as CellRow)[id];
    let to = from + 1;
    while (to < end && (rows[to] as CellRow)[id] === key) to++;
    // A parent without any has one row, of nulls.
    if (key !== null) runs.push([from, to]);
    from = to;
  }
  return runs;
}
