import type { Bindings, Condition } from '../../db/read/conditions.ts';
import type { CellRow } from '../../db/read/cells.ts';
import type { Noun, Reader } from '../../db/read/noun.ts';
import type { Order, PageRequest } from '../../db/read/page.ts';
import type { Variables } from '../admission/cost-term.ts';

/** Which rows stand at a place, with the arguments of one request. */
export interface RowSource {
  readonly where: Condition;
  /** Null for one row at most. */
  readonly list: { readonly order: Order; readonly page: PageRequest } | null;
}

/**
 * A place in the answer where rows of a noun stand. In the statement it is a subselect with a name
 * of its own, beside the parent's, to which it refers.
 */
export interface Place {
  /** Where this request's {@link RowSource} and {@link Run.pieces} of it are. */
  readonly index: number;
  /** Its name in the statement. */
  readonly name: string;
  readonly noun: Noun;
  /** The columns that others need of it; more are added while the plan is made. */
  readonly columns: Set<string>;
  /**
   * What is worked out for each of its rows, named `x0`, `x1` …: inside of its subselect, since
   * outside it would be done for each row that is joined.
   */
  readonly computed: Computed[];
  /** The equation that ties it to its parent; null at the root. */
  readonly tie: string | null;
  /** What the parent has where there is something for a publishable key: otherwise nothing is looked for. */
  readonly publicTie?: string | null;
  /** Rows to read beyond the page, to know whether there are more. */
  readonly beyond: 0 | 1;
  /** What is joined to it, in the same rows. */
  readonly joined: Place[];
  readonly source: (variables: Variables) => RowSource;
}

/** A number beside the rows: how many there are in all. */
export interface Count {
  /** Where this request's {@link Run.pieces} of it are. */
  readonly index: number;
  readonly noun: Noun;
  readonly tie: string | null;
  readonly where: (variables: Variables) => Condition;
}

/**
 * Rows that come together, flat: the statement's own, or those of a second list beside the first
 * one, which come as JSON in a cell of their parent.
 */
export interface Rowset {
  /** Null where nothing but counts is asked. */
  root: Place | null;
  /** Whether there is a row even when the root has none: for counts beside it. */
  always: boolean;
  readonly cells: Cell[];
}

/** A name of the statement, or a count beside the rows. */
export type Cell = { readonly sql: string } | { readonly count: Count };

/** An expression over the row that it belongs to, which goes by its noun's alias there. */
export type Computed =
  { readonly sql: string } | { readonly nested: Rowset } | { readonly count: Count };

/** One request, while its statement is made and its answer written. */
export interface Run {
  readonly reader: Reader;
  readonly variables: Variables;
  readonly bindings: Bindings;
  /** By {@link Place.index}. */
  readonly sources: RowSource[];
  /** What the arguments make of the statement, by the index of the place or count. */
  readonly pieces: string[];
}

/** Writes a part of the answer, as bytes of UTF-8, from the rows `start` to before `end`, which belong to one parent. */
export type Write = (run: Run, rows: readonly CellRow[], start: number, end: number) => string;

/** This document cannot be planned, whatever its variables. */
export class NotPlannable extends Error {}

/** Something that only execution field by field can tell as it should: a fault, or a wrong argument. */
export class Irregular extends Error {}
