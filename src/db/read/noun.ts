import type { Database } from '../database.ts';
import type { ColumnType } from './cells.ts';
import { Bindings, type Condition } from './conditions.ts';

/** A plain row as the database sends it, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** Where a field of the schema comes from: the columns that it needs, and how they become its value. */
export interface FieldSource {
  readonly columns: readonly string[];
  /** The property that is filled; the field's own name unless the field is a relation. */
  readonly as?: string;
  /** The field's value from those of its columns, in their order. */
  readonly value: (values: readonly unknown[], now: Date) => unknown;
  /** For one column: what is done to its value where that is not null; null: it is taken as it is. */
  readonly convert?: ((value: unknown) => unknown) | null;
  /** Whether its value has texts of the columns as they are, not looked into: they may be UTF-8 still. */
  readonly isCarried?: boolean;
  /** Whether it is made of letters, digits, "-" and "_" alone, so that JSON has it between quotes as it is. */
  readonly isPlain?: boolean;
}

export interface NounDeclaration<Field extends string> {
  /** The type's name in the schema. */
  readonly type: string;
  readonly table: string;
  /** How statements abbreviate the table. */
  readonly alias: string;
  /** Types of its columns; those that are not here are text, or a uuid. */
  readonly types?: Readonly<Record<string, ColumnType>>;
  /** Each field of the schema type that rows answer; what is not here has a resolver of its own. */
  readonly fields: Readonly<Record<Field, FieldSource>>;
  /** The condition under which a publishable key may see a row, over the alias. */
  readonly publicWhen?: string;
  /** What holds for it besides where it is asked for by its own key, and not below what it belongs to. */
  readonly publicAloneWhen?: string;
}

/**
 * Who reads. The organization goes into every statement as `$1`; `publicOnly` adds what a
 * publishable key may see.
 */
export interface Reader {
  readonly db: Database;
  readonly organizationId: string;
  readonly publicOnly: boolean;
  readonly now: Date;
}

/** A field that is one column as it is. */
export function column(name: string): FieldSource {
  return { columns: [name], value: ([value]) => value, convert: null };
}

/** A field that is one column, converted where it is not null. */
export function converted<T>(name: string, convert: (value: T) => unknown): FieldSource {
  return {
    columns: [name],
    value: ([value]) => (value === null ? null : convert(value as T)),
    convert: (value) => convert(value as T),
  };
}

/** A field worked out from several columns, and from the time of the request. */
export function computed(
  columns: readonly string[],
  value: (values: readonly unknown[], now: Date) => unknown,
): FieldSource {
  return { columns, value };
}

/** The same where texts are passed on, chosen or put into an object, and never looked into. */
export function carried(
  columns: readonly string[],
  value: (values: readonly unknown[]) => unknown,
): FieldSource {
  return { columns, value, isCarried: true };
}

/** A field that a loader answers: the row keeps the foreign key for it, under a name of its own. */
export function relation(name: string, as: string): FieldSource {
  return { columns: [name], as, value: ([value]) => value };
}

/** A row in the shape of its schema type, with what its relations need. */
export interface Shaped {
  /** The type's name: how interfaces resolve. */
  readonly __typename: string;
  /** The row's UUID; the schema's `id` is made of it. */
  readonly key: string;
  readonly [field: string]: unknown;
}

/** The type of a column of the noun's table. */
export function columnType({ declaration }: Noun, name: string): ColumnType {
  return declaration.types?.[name] ?? 'text';
}

/** The select list and the shaping of rows for the fields that a query asks. */
export interface Projection {
  readonly columns: string;
  readonly shape: (row: Row) => Shaped;
}

/** What one noun can be asked: the one place that knows how its fields map to columns. */
export class Noun<Field extends string = string> {
  readonly declaration: NounDeclaration<Field>;

  constructor(declaration: NounDeclaration<Field>) {
    this.declaration = declaration;
  }

  /** Every condition starts here, so that no read is without its tenant. */
  from(reader: Reader): { from: string; where: string } {
    const { table, alias, publicWhen } = this.declaration;
    const tenant = `${alias}.organization_id = $1`;
    return {
      from: `${table} ${alias}`,
      where: reader.publicOnly && publicWhen ? `${tenant} and ${publicWhen}` : tenant,
    };
  }

  /** Selects only the columns that the asked fields need; `extra` are select items for the caller's own use. */
  project(fields: readonly string[], reader: Reader, extra: readonly string[] = []): Projection {
    const { alias, type } = this.declaration;
    const names = new Set(['id']);
    const sources: (readonly [string, FieldSource])[] = [];
    for (const field of fields) {
      const source = this.declaration.fields[field as Field] as FieldSource | undefined;
      if (source === undefined) continue;
      sources.push([source.as ?? field, source]);
      for (const name of source.columns) names.add(name);
    }
    const columns = [...[...names].map((name) => `${alias}.${name}`), ...extra].join(', ');
    const { now } = reader;
    return {
      columns,
      shape: (row) => {
        const shaped: Record<string, unknown> = { __typename: type, key: row['id'] };
        for (const [property, { columns: names, value }] of sources) {
          shaped[property] = value(
            names.map((name) => row[name]),
            now,
          );
        }
        return shaped as unknown as Shaped;
      },
    };
  }

  /** The rows of these keys that hold the condition, by key: one statement, whatever their number. */
  async byKeys(
    reader: Reader,
    keys: readonly string[],
    fields: readonly string[],
    where?: Condition,
  ): Promise<ReadonlyMap<string, Shaped>> {
    const bindings = new Bindings();
    const base = this.from(reader);
    const { columns, shape } = this.project(fields, reader);
    const { publicAloneWhen } = this.declaration;
    const conditions = [
      base.where,
      ...(reader.publicOnly && publicAloneWhen ? [publicAloneWhen] : []),
      `${this.declaration.alias}.id = any(${bindings.bind(keys)}::uuid[])`,
      ...(where?.(bindings) ?? []),
    ];
    const rows = await reader.db.read<Record<string, unknown>>(
      reader.organizationId,
      `select ${columns} from ${base.from} where ${conditions.join(' and ')}`,
      bindings.values,
    );
    return new Map(rows.map((row) => [row['id'] as string, shape(row)]));
  }
}

/** The condition that a row is the one with this key. */
export function withId({ declaration }: Noun, key: string): Condition {
  return (bindings) => [`${declaration.alias}.id = ${bindings.bind(key)}::uuid`];
}
