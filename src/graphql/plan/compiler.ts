import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { CellRow } from '../../db/read/cells.ts';
import { textOf, type Utf8 } from '../../db/read/utf8.ts';
import type { FieldSource, Reader } from '../../db/read/noun.ts';
import type { Variables } from '../admission/cost-term.ts';
import { pageRequest } from '../paging.ts';
import { argumentsOf } from './arguments.ts';
import { type AskedField, type Asking, askedFields, setsBelow } from './asked.ts';
import { connectionWriter } from './connection-writer.ts';
import {
  attach,
  attachRoot,
  cellOf,
  computedCellOf,
  runsOf,
  type Scope,
  presenceOf,
  tieOf,
} from './joining.ts';
import { NotPlannable, type Place, type Rowset, type RowSource, type Write } from './place.ts';
import {
  type PlannedConnection,
  type PlannedData,
  type PlannedField,
  plannedField,
  type PlannedList,
  type PlannedOne,
  type PlannedRelation,
  type PlannedValue,
} from './planned.ts';
import type { Part, StatementPlan } from './statement.ts';
import { type Member, unrolled } from './unrolled.ts';
import { irregularNull, utf8Writer } from './value-writer.ts';
import { sourceWriter } from './values.ts';

/** One field of Query. */
export type RootPlan = RowsPlan | DataPlan;

/** A statement, and how its rows become the field's part of the answer. */
export interface RowsPlan {
  readonly key: string;
  /** Null where the answer needs no rows. */
  readonly statement: StatementPlan | null;
  readonly write: Write;
}

/** A value that is read as a whole, and how it is written. */
export interface DataPlan {
  readonly key: string;
  readonly read: (variables: Variables, reader: Reader) => Promise<unknown>;
  readonly writeValue: (value: unknown) => Utf8;
}

/** A list with ten optional conditions has a thousand statements; those that clients use are few. */
const MAX_TEXTS = 16;

/** More than that make a statement that PostgreSQL plans for too long. */
const MAX_PARTS = 24;

/** The parameters of {@link Write}. */
const ROWS = 'run, rows, start, end';

type Field = GraphQLField<unknown, unknown>;

/**
 * The plans of an operation's fields, for one outcome of its conditions.
 * @throws NotPlannable
 */
export function plansOf(
  asking: Asking,
  type: GraphQLObjectType,
  set: SelectionSetNode,
): RootPlan[] {
  return askedFields(asking, type, [set]).map((asked) => {
    if (asked.name === '__typename') {
      const name = JSON.stringify(type.name);
      return { key: asked.key, statement: null, write: () => name };
    }
    const field = type.getFields()[asked.name];
    const planned = field && plannedField(field);
    if (!field || !planned) throw new NotPlannable(`${type.name}.${asked.name}`);
    if (planned.kind === 'data') return dataPlan(asking, asked, field, planned);
    return { key: asked.key, ...new Compiler(asking).root(asked, field, planned) };
  });
}

function dataPlan(
  asking: Asking,
  asked: AskedField,
  field: Field,
  { read }: PlannedData<object>,
): DataPlan {
  const given = argumentsOf(field, asked);
  return {
    key: asked.key,
    read: (variables, reader) => read(given(variables), reader),
    writeValue: utf8Writer(asking, field.type, setsBelow(asked)),
  };
}

/** Makes the plan of one field of Query. */
class Compiler {
  readonly #asking: Asking;
  readonly #parts: Part[] = [];

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  root(asked: AskedField, field: Field, planned: PlannedField<object>): Omit<RowsPlan, 'key'> {
    const rowset: Rowset = { root: null, always: false, cells: [] };
    const write = this.#root(asked, field, planned, { rowset, listIsTaken: false });
    // Of a list, it may be that nothing but its type is asked.
    const isRead = rowset.root !== null || rowset.cells.length > 0;
    const texts = new LRUCache<string, string>({ max: MAX_TEXTS });
    return { statement: isRead ? { rowset, parts: this.#parts, texts } : null, write };
  }

  #root(asked: AskedField, field: Field, planned: PlannedField<object>, scope: Scope): Write {
    if (planned.kind === 'one') return this.#one(asked, field, planned, scope);
    if (planned.kind === 'connection') return this.#connection(asked, field, planned, null, scope);
    throw new NotPlannable(`${planned.kind} at the root`);
  }

  #one(asked: AskedField, field: Field, planned: PlannedOne<object>, scope: Scope): Write {
    const { noun, by } = planned;
    const where = this.#withArguments(asked, field, (args: object) => by(args as never));
    const source = (variables: Variables): RowSource => ({ where: where(variables), list: null });
    const place = this.#place({ noun, tie: null, beyond: 0, source });
    scope.rowset.root = place;
    const write = this.#object(objectTypeOf(field), setsBelow(asked), place, scope);
    const none = isNonNullType(field.type) ? irregularNull : () => 'null';
    return (run, rows, start, end) => (start === end ? none() : write(run, rows, start, end));
  }

  /** An object whose rows stand at `place`. */
  #object(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    place: Place,
    scope: Scope,
  ): Write {
    const members = askedFields(this.#asking, type, sets).map((asked): Member<Write> => {
      const key = `${JSON.stringify(asked.key)}:`;
      return { key, given: ROWS, write: this.#field(type, asked, place, scope) };
    });
    return unrolled<Write>(ROWS, members);
  }

  #field(type: GraphQLObjectType, asked: AskedField, place: Place, scope: Scope): Write {
    if (asked.name === '__typename') {
      const name = JSON.stringify(type.name);
      return () => name;
    }
    const field = type.getFields()[asked.name];
    if (!field) throw new NotPlannable(`${type.name}.${asked.name}`);
    const planned = plannedField(field);
    if (planned?.kind === 'relation') return this.#relation(asked, field, planned, place, scope);
    if (planned?.kind === 'list') return this.#list(asked, field, planned, place, scope);
    if (planned?.kind === 'value') return this.#value(asked, field, planned, place, scope);
    if (planned?.kind === 'connection')
      return this.#connection(asked, field, planned, place, scope);
    const sources: Readonly<Record<string, FieldSource>> = place.noun.declaration.fields;
    const source = sources[asked.name];
    if (!source || field.resolve) throw new NotPlannable(`${type.name}.${asked.name}`);
    const cell = (column: string) => cellOf(place, column, scope.rowset);
    return sourceWriter(this.#asking, place.noun, source, field.type, setsBelow(asked), cell);
  }

  #relation(
    asked: AskedField,
    field: Field,
    { noun, column }: PlannedRelation,
    parent: Place,
    scope: Scope,
  ): Write {
    parent.columns.add(column);
    const tie = `${noun.declaration.alias}.id = ${parent.name}.${column}`;
    const place = this.#place({ noun, tie, beyond: 0, source: () => ANY_ONE });
    parent.joined.push(place);
    const id = cellOf(place, 'id', scope.rowset);
    const write = this.#object(objectTypeOf(field), setsBelow(asked), place, scope);
    const none = isNonNullType(field.type) ? irregularNull : () => 'null';
    return (run, rows, start, end) =>
      (rows[start] as CellRow)[id] === null ? none() : write(run, rows, start, end);
  }

  #list(
    asked: AskedField,
    field: Field,
    { noun, parentColumn, publicIfParentHas, order, limit }: PlannedList,
    parent: Place,
    scope: Scope,
  ): Write {
    const list = { order, page: { limit, backward: false, beyond: null } };
    const source = (): RowSource => ({ where: () => [], list });
    const from = scope.listIsTaken ? 'within' : 'beside';
    const tie = tieOf(noun, parentColumn, parent, from);
    const publicTie = publicIfParentHas ? presenceOf(publicIfParentHas, parent, from) : null;
    const place = this.#place({ noun, tie, publicTie, beyond: 0, source });
    const { own, sliceOf } = attach(place, parent, scope);
    const id = cellOf(place, 'id', own.rowset);
    const write = this.#object(objectTypeOf(field), setsBelow(asked), place, own);
    return (run, rows, start, end) => {
      const slice = sliceOf(rows, start, end);
      const items = runsOf(slice, id).map(([from, to]) => write(run, slice.rows, from, to));
      return `[${items.join(',')}]`;
    };
  }

  #value(
    asked: AskedField,
    field: Field,
    { sql, value }: PlannedValue,
    parent: Place,
    { rowset }: Scope,
  ): Write {
    const at = computedCellOf(parent, { sql }, rowset);
    const write = utf8Writer(this.#asking, field.type, setsBelow(asked));
    return (_run, rows, start) => {
      const cell = (rows[start] as CellRow)[at] as Utf8 | null;
      return write(value(cell === null ? null : textOf(cell)));
    };
  }

  #connection(
    asked: AskedField,
    field: Field,
    { noun, parentColumn, list }: PlannedConnection<object>,
    parent: Place | null,
    scope: Scope,
  ): Write {
    const type = objectTypeOf(field);
    const fields = askedFields(this.#asking, type, setsBelow(asked));
    const rows = fields.some(({ name }) => name !== 'totalCount' && name !== '__typename');
    const tie = (from: 'beside' | 'within') =>
      parent && parentColumn ? tieOf(noun, parentColumn, parent, from) : null;
    const source = this.#withArguments(asked, field, (args: object): RowSource => {
      const { order, where = () => [] } = list(args);
      return { where, list: { order, page: pageRequest(args, order) } };
    });
    const count = () => {
      const where = (variables: Variables) => source(variables).where;
      const count = { index: this.#nextIndex(), noun, tie: tie('within'), where };
      this.#parts.push(count);
      const counted = { count };
      if (parent !== null) return computedCellOf(parent, counted, scope.rowset);
      // The count stands beside the rows, and there may be none.
      scope.rowset.always = true;
      return scope.rowset.cells.push(counted) - 1;
    };
    const parts = { asking: this.#asking, type, fields, count };
    if (!rows) {
      const write = connectionWriter({ ...parts, rows: null });
      return (run, ...rest) => {
        // Wrong arguments are told even where nothing is read by them.
        source(run.variables).where(run.bindings);
        return write(run, ...rest);
      };
    }
    const beyond = fields.some(({ name }) => name === 'pageInfo') ? 1 : 0;
    const isJoined = parent === null || !scope.listIsTaken;
    const place = this.#place({ noun, tie: tie(isJoined ? 'beside' : 'within'), beyond, source });
    const attached = parent ? attach(place, parent, scope) : attachRoot(place, scope);
    const node = (nodeType: GraphQLObjectType, sets: readonly SelectionSetNode[]) =>
      this.#object(nodeType, sets, place, attached.own);
    return connectionWriter({ ...parts, rows: { place, attached, node } });
  }

  #place(of: Omit<Place, 'index' | 'name' | 'columns' | 'computed' | 'joined'>): Place {
    const index = this.#nextIndex();
    const name = `n${index}`;
    const place = { ...of, index, name, columns: new Set(['id']), computed: [], joined: [] };
    this.#parts.push(place);
    return place;
  }

  #nextIndex(): number {
    const index = this.#parts.length;
    if (index >= MAX_PARTS) throw new NotPlannable('too many lists, relations and counts');
    return index;
  }

  #withArguments<T>(
    asked: AskedField,
    field: Field,
    use: (args: object) => T,
  ): (variables: Variables) => T {
    const given = argumentsOf(field, asked);
    return (variables) => use(given(variables));
  }
}

const ANY_ONE: RowSource = { where: () => [], list: null };

function objectTypeOf(field: Field): GraphQLObjectType {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) throw new NotPlannable(`values of ${type.name}`);
  return type;
}
