import { Extensions } from 'type-graphql';
import type { Condition } from '../../db/read/conditions.ts';
import type { Noun, Reader } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import type { PageArguments } from '../paging.ts';

/**
 * How a field that has a resolver of its own is read as a part of one statement. It stands next to
 * the resolver and says the same: the resolver answers what the planner declines, and both give
 * equal answers.
 */
export type PlannedField<Args = never> =
  | PlannedOne<Args>
  | PlannedRelation
  | PlannedList
  | PlannedConnection<Args>
  | PlannedValue
  | PlannedData<Args>;

/** One row, found by the arguments of a field of Query. */
export interface PlannedOne<Args> {
  readonly kind: 'one';
  readonly noun: Noun;
  /** @throws GraphQLError for arguments that find nothing */
  readonly by: (args: Args) => Condition;
}

/** The row that a column of the parent points to. */
export interface PlannedRelation {
  readonly kind: 'relation';
  readonly noun: Noun;
  readonly column: string;
}

/** The rows that point to the parent, without pages. */
export interface PlannedList {
  readonly kind: 'list';
  readonly noun: Noun;
  readonly parentColumn: string;
  /** A column of the parent that is null where a publishable key can see none of them. */
  readonly publicIfParentHas?: string;
  readonly order: Order;
  readonly limit: number;
}

/** A page of the rows that point to the parent; without `parentColumn`, of all. */
export interface PlannedConnection<Args> {
  readonly kind: 'connection';
  readonly noun: Noun;
  readonly parentColumn?: string;
  /** @throws GraphQLError for arguments that cannot be */
  readonly list: (args: Args & PageArguments) => {
    readonly order: Order;
    readonly where?: Condition;
  };
}

/** A value made of a subquery. */
export interface PlannedValue {
  readonly kind: 'value';
  /** A scalar expression over the row, which goes by its noun's alias; `$1` is the organization. */
  readonly sql: string;
  /** The field's value from the expression's text. */
  readonly value: (cell: string | null) => unknown;
}

/** A field of Query whose value is read as a whole: plain objects that have all that can be asked below. */
export interface PlannedData<Args> {
  readonly kind: 'data';
  /** @throws GraphQLError for arguments that cannot be */
  readonly read: (args: Args, reader: Reader) => Promise<unknown>;
}

/** Says how the planner reads this field. */
export const Planned = <Args>(planned: PlannedField<Args>) => Extensions({ planned });

export function plannedField(field: { extensions: object }): PlannedField<object> | undefined {
  return (field.extensions as { planned?: PlannedField<object> }).planned;
}
