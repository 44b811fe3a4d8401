import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  GraphQLError,
  type GraphQLObjectType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { variableCoercer } from '../../src/graphql/admission/coercion.ts';
import { argumentsOf } from '../../src/graphql/plan/arguments.ts';
import { Random } from '../testkit/random.ts';

const schema = buildSchema(`
  enum Colour { RED GREEN }
  scalar Anything
  input Inner { count: Int!, note: String = "none", colours: [Colour!], more: Inner }
  input Outer {
    id: ID!, flag: Boolean = true, rate: Float, inner: Inner, inners: [Inner!] = [], grid: [[Int!]]!
    any: Anything, nothing: String = null
  }
  input Choice @oneOf { one: Int, other: String }
  type Query {
    ask(outer: Outer!, first: Int! = 5, after: String, colours: [Colour] = [RED], any: Anything, choice: Choice): Int
  }
`);
const ask = (schema.getQueryType() as GraphQLObjectType).getFields()['ask']!;
const ROUNDS = 1_500;

function operationOf(document: string): OperationDefinitionNode {
  return parse(document).definitions[0] as OperationDefinitionNode;
}

/** What JSON can hold: mostly what the schema wants, and sometimes anything else. */
function value(random: Random, depth = 0): unknown {
  const wild = () =>
    random.pick([null, 0, -1, 1.5, 2 ** 40, '', 'text', 'RED', true, [], {}, [null]]);
  if (depth > 3 || random.chance(0.02)) return wild();
  const fields = (names: Readonly<Record<string, () => unknown>>) => {
    const object: Record<string, unknown> = {};
    for (const [name, of] of Object.entries(names)) {
      if (random.chance(0.75)) object[name] = random.chance(0.01) ? wild() : of();
    }
    if (random.chance(0.02)) object['unknown'] = 1;
    if (random.chance(0.01)) object['constructor'] = 1;
    return object;
  };
  const inner = (): unknown =>
    fields({
      count: () => random.below(9),
      note: () => random.pick(['a', null]),
      colours: () =>
        random.pick<unknown>([
          ['RED'],
          'GREEN',
          null,
          [],
          ['RED', 'GREEN'],
          ['BLUE'],
          ['RED', null],
        ]),
      more: () => (depth > 2 ? null : value(random, depth + 3)),
    });
  return {
    id: random.pick<unknown>(['x', 7]),
    grid: random.pick<unknown>([[[1, 2], [3]], [1], 5, [], [null], [[1]], [[1.5]]]),
    ...fields({
      flag: () => random.chance(0.5),
      rate: () => random.pick([0.5, 3, 2 ** 40, -1, '1']),
      inner,
      inners: () => (random.chance(0.2) ? inner() : [inner(), inner()]),
      any: () => ({ a: [1] }),
      nothing: () => 'something',
    }),
  };
}

const plain = (object: unknown): unknown => JSON.parse(JSON.stringify(object) ?? 'null');

describe('variables', () => {
  const { variableDefinitions: definitions = [] } = operationOf(`
    query ($outer: Outer!, $first: Int! = 3, $after: String, $colours: [Colour] = [GREEN], $any: Anything, $choice: Choice) {
      ask(outer: $outer)
    }`);
  const coerce = variableCoercer(schema, definitions);

  it('are as graphql-js coerces them, and left to it where it finds anything wrong', () => {
    const random = new Random(11);
    const seen = { taken: 0, left: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const inputs = Object.fromEntries(
        Object.entries({
          outer: value(random),
          first: random.pick<unknown>([1, 2, 3, 4, 5, 6, null, 'one']),
          after: random.pick<unknown>(['x', null]),
          colours: random.pick<unknown>([['RED', null], 'RED', []]),
          any: random.pick<unknown>([1, 'x', null]),
        }).filter(([name]) => name === 'outer' || random.chance(0.7)),
      );
      const known = getVariableValues(schema, definitions, inputs);
      const own = coerce(inputs);
      if (known.errors) expect(own).toBeNull();
      else if (own !== null) expect({ ...own }).toEqual({ ...known.coerced });
      seen[own === null ? 'left' : 'taken'] += 1;
      // A good value that is left to graphql-js would make the rest of this worthless.
      if (!known.errors) expect(own).not.toBeNull();
    }
    expect(seen.taken).toBeGreaterThan(ROUNDS / 20);
    expect(seen.left).toBeGreaterThan(ROUNDS / 20);
  });

  it('of one-of types are left to graphql-js, as are collections that are no arrays', () => {
    const outer = { id: 'x', grid: [[1]] };
    expect(coerce({ outer, choice: { one: 1 } })).toBeNull();
    expect(coerce({ outer, colours: new Set(['RED']) })).toBeNull();
    expect(coerce({ outer: JSON.parse('{"id":"x","grid":1,"__proto__":{}}') })).toBeNull();
    expect(coerce({ outer })).not.toBeNull();
  });
});

describe('arguments', () => {
  const DOCUMENTS = [
    '{ ask(outer: { id: 1, grid: [[1]] }) }',
    '{ ask(outer: { id: "x" }) }',
    'query ($o: Outer!) { ask(outer: $o) }',
    'query ($o: Outer!, $f: Int) { ask(outer: $o, first: $f) }',
    'query ($o: Outer!, $f: Int, $a: String) { ask(outer: $o, first: $f, after: $a, colours: [GREEN]) }',
    'query ($f: Int!) { ask(outer: { id: "x", grid: [[$f, 2]], flag: false }) }',
    'query ($f: Int, $i: Inner) { ask(outer: { id: "x", grid: [], inner: $i, rate: $f }, after: null) }',
    'query ($i: Inner) { ask(outer: { id: "x", grid: [], inners: [$i] }) }',
    'query ($f: Int) { ask(outer: { id: "x", grid: [], inner: { count: $f, colours: GREEN } }) }',
    'query ($b: Boolean) { ask(outer: { id: "x", grid: [], flag: $b, inner: null, nothing: "a" }) }',
    'query ($f: Int) { ask(outer: { id: "x", grid: [], any: { deep: [$f] } }, any: { x: $f }) }',
    'query ($f: Int) { ask(outer: { id: "x", grid: 1 }, choice: { one: $f }) }',
    'query ($c: [Colour]) { ask(outer: { id: "x", grid: 1 }, colours: $c, first: 2) }',
  ];

  it.each(DOCUMENTS)('%s: as graphql-js has them', (document) => {
    const operation = operationOf(document);
    const node = operation.selectionSet.selections[0] as FieldNode;
    const own = argumentsOf(ask, { key: 'ask', name: 'ask', nodes: [node] });
    const { variableDefinitions = [] } = operation;
    const random = new Random(5);
    let differing = 0;
    for (let round = 0; round < 60; round++) {
      const inputs = Object.fromEntries(
        Object.entries({
          o: value(random),
          f: random.pick<unknown>([1, 2, null]),
          a: random.pick<unknown>(['x', null]),
          b: random.pick<unknown>([true, null]),
          c: random.pick<unknown>([['RED'], 'GREEN', null, []]),
          i: { count: random.below(3) },
        }).filter(() => random.chance(0.8)),
      );
      const { coerced } = getVariableValues(schema, variableDefinitions, inputs);
      if (!coerced) continue;
      const outcome = (of: () => object) => {
        try {
          return plain(of());
        } catch (error) {
          if (error instanceof GraphQLError) return error.message;
          throw error;
        }
      };
      const known = outcome(() => getArgumentValues(ask, node, coerced));
      expect(outcome(() => own(coerced))).toEqual(known);
      differing++;
    }
    expect(differing).toBeGreaterThan(0);
  });

  it('without variables are worked out once, and so are those parts of others that have none', () => {
    const node = operationOf('query ($f: Int!) { ask(outer: { id: "x", grid: [[1]], rate: $f }) }')
      .selectionSet.selections[0] as FieldNode;
    const own = argumentsOf(ask, { key: 'ask', name: 'ask', nodes: [node] });
    const first = own({ f: 1 }) as { outer: { grid: unknown; rate: number } };
    const second = own({ f: 2 }) as { outer: { grid: unknown; rate: number } };
    expect(first.outer.grid).toBe(second.outer.grid);
    expect([first.outer.rate, second.outer.rate]).toEqual([1, 2]);
  });
});
