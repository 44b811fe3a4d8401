import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type GraphQLObjectType,
  GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import type { InTurn } from '../../src/graphql/plan/in-turn.ts';
import { valueWriter } from '../../src/graphql/plan/value-writer.ts';
import { LocalDate } from '../../src/graphql/scalars.ts';
import { Random } from '../testkit/random.ts';

const SCHEMA = `scalar Date
  type Item { day: Date date: Date! n: Float count: Int! name: String days: [Date!]! numbers: [Float]
    kids: [Item!]! maybe: Item others: [Item] table: [[Item!]!]! }
  type Query { root: Item! }`;
const base = buildSchema(SCHEMA).toConfig();
for (const type of base.types) {
  if (type.name === 'Date') Object.assign(type, LocalDate.toConfig());
}
const schema = new GraphQLSchema(base);
const Item = schema.getType('Item') as GraphQLObjectType;

const LEAVES = ['day', 'date', 'n', 'count', 'name', 'days', 'numbers'];
const BRANCHES = ['kids', 'maybe', 'others', 'table'];

function selection(random: Random, depth: number): string {
  const names = random.pick([LEAVES, [...LEAVES, ...BRANCHES], [...BRANCHES, ...LEAVES]]);
  const asked = names.filter((name) => random.chance(0.4) && (depth > 0 || LEAVES.includes(name)));
  const fields = (asked.length > 0 ? asked : ['day']).map((name) =>
    BRANCHES.includes(name) ? `${name} ${selection(random, depth - 1)}` : name,
  );
  return `{ ${fields.join(' ')} }`;
}

interface Tree {
  readonly [name: string]: unknown;
}

const DAYS = ['2024-02-29', '1999-12-31'];

function tree(random: Random, depth: number): Tree {
  const many = <T>(make: () => T) => Array.from({ length: random.below(4) }, make);
  const maybe = <T>(make: () => T) => (random.chance(0.3) ? null : make());
  const kid = () => tree(random, depth - 1);
  const below = depth === 0 ? [] : many(kid);
  // Some days are times, which only the scalar can write.
  const day = () => (random.chance(0.2) ? new Date('2024-05-06') : random.pick(DAYS));
  return {
    day: maybe(day),
    date: day(),
    n: maybe(() => random.pick([0, 3, 0.5, -1 / 3, 1e21])),
    count: random.below(1e6),
    name: maybe(() => random.pick(['', 'a "quoted" name', 'Zoë\n'])),
    days: many(day),
    numbers: maybe(() => many(() => maybe(() => random.next()))),
    kids: below,
    maybe: depth === 0 ? null : maybe(kid),
    others: depth === 0 ? null : many(() => maybe(kid)),
    table: depth === 0 ? [] : many(() => many(kid)),
  };
}

/** The same, with lists whose items are one object that becomes each of them. */
function inTurn(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(inTurn);
    if (!items.every((item) => item !== null && item?.constructor === Object)) return items;
    const item: Record<string, unknown> = {};
    const list: InTurn<unknown> = {
      length: items.length,
      inTurn: (index) => Object.assign(item, items[index]),
      [Symbol.iterator]: () => items.values(),
    };
    return list;
  }
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inTurn(each)]));
}

/** What is asked of a tree, in the order of the question. */
function answer(value: unknown, set: OperationDefinitionNode['selectionSet'] | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => answer(item, set));
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (value === null || set === undefined) return value;
  return Object.fromEntries(
    set.selections.flatMap((each) =>
      each.kind === Kind.FIELD
        ? [[each.name.value, answer((value as Tree)[each.name.value], each.selectionSet)]]
        : [],
    ),
  );
}

describe('what is written of values', () => {
  it('is their JSON, whatever is asked of them, and whether lists have items or one in turn', () => {
    const random = new Random(7);
    for (let i = 0; i < 100; i++) {
      const question = selection(random, 3);
      const [operation] = parse(question).definitions as [OperationDefinitionNode];
      const asking = { schema, fragments: new Map(), variables: {} };
      const write = valueWriter(asking, Item, [operation.selectionSet]);
      for (let j = 0; j < 8; j++) {
        const value = tree(random, 3);
        const expected = JSON.stringify(answer(value, operation.selectionSet));
        expect([question, write(value)]).toEqual([question, expected]);
        expect([question, write(inTurn(value))]).toEqual([question, expected]);
      }
    }
  });
});
