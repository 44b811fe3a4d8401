/** A schema whose fields nest, fail, are abstract and take variables, and random documents for it. */
export const SDL = `
  interface Node { id: ID! name: String friends(first: Int = 2): [Node!]! best: Node }
  type A implements Node {
    id: ID! name: String friends(first: Int = 2): [Node!]! best: Node
    number: Int a: A b: B! failing: String failingOften: String!
  }
  type B implements Node {
    id: ID! name: String friends(first: Int = 2): [Node!]! best: Node
    numbers: [Int!] owner: A! list: [A!] failing: String failingOften: String!
  }
  union AB = A | B
  type Query { a: A b: B node: Node either: AB list: [Node] eithers: [AB!] as: [A!]! }
`;

type TypeName = 'Query' | 'A' | 'B' | 'Node' | 'AB';

const FIELDS: Record<TypeName, Record<string, TypeName | null>> = {
  Query: { a: 'A', b: 'B', node: 'Node', either: 'AB', list: 'Node', eithers: 'AB', as: 'A' },
  Node: { id: null, name: null, friends: 'Node', best: 'Node' },
  AB: {},
  A: {
    id: null,
    name: null,
    friends: 'Node',
    best: 'Node',
    number: null,
    a: 'A',
    b: 'B',
    failing: null,
    failingOften: null,
  },
  B: {
    id: null,
    name: null,
    friends: 'Node',
    best: 'Node',
    numbers: null,
    owner: 'A',
    list: 'A',
    failing: null,
    failingOften: null,
  },
};

const POSSIBLE: Record<TypeName, readonly TypeName[]> = {
  Query: ['Query'],
  A: ['A'],
  B: ['B'],
  Node: ['A', 'B'],
  AB: ['A', 'B'],
};

export const VARIABLES = '$yes: Boolean!, $maybe: Boolean! = true, $n: Int';

interface Choice {
  /** From 0 to below `count`. */
  below(count: number): number;
}

/**
 * Makes valid documents of some fragments and one query with {@link VARIABLES}. Conditions are on fields
 * alone: those on fragments are not for graphql-jit.
 */
export function randomDocument(random: Choice): string {
  const writer = new Writer(random);
  return writer.document();
}

class Writer {
  readonly #random: Choice;
  readonly #fragments: { type: TypeName; body: string }[] = [];

  constructor(random: Choice) {
    this.#random = random;
  }

  document(): string {
    for (let count = this.#random.below(4); count > 0; count--) {
      const type = this.#pick(['A', 'B', 'Node', 'AB'] as const);
      this.#fragments.push({ type, body: this.#selection(type, 1) });
    }
    // Each variable and fragment has to be used somewhere.
    const uses = this.#fragments.map((_, i) => `node { ... on Node { ...F${i} } }`);
    const query = [
      this.#selection('Query', 3),
      'u1: __typename @include(if: $yes)',
      'u2: __typename @skip(if: $maybe)',
      'a { u3: friends(first: $n) { __typename } }',
      ...uses,
    ].join(' ');
    const fragments = this.#fragments.map(
      ({ type, body }, i) => `fragment F${i} on ${type} { ${body} }`,
    );
    return [`query (${VARIABLES}) { ${query} }`, ...fragments].join('\n');
  }

  #selection(type: TypeName, depth: number): string {
    const parts = ['__typename'];
    for (let count = 1 + this.#random.below(2); count > 0; count--) {
      parts.push(this.#part(type, depth));
    }
    return parts.join(' ');
  }

  #part(type: TypeName, depth: number): string {
    const kind = this.#random.below(10);
    if (kind < 2 && this.#fragments.length > 0) {
      const index = this.#random.below(this.#fragments.length);
      const fragment = this.#fragments[index];
      if (fragment && overlap(type, fragment.type)) return `...F${index}`;
    }
    if (kind < 3) {
      const on = this.#pick(['A', 'B', 'Node', 'AB'] as const);
      const fits = overlap(type, on) ? on : type;
      return `... on ${fits} { ${this.#selection(fits, depth)} }`;
    }
    return this.#field(type, depth);
  }

  #field(type: TypeName, depth: number): string {
    const names = Object.keys(FIELDS[type]);
    if (names.length === 0) return '__typename';
    const name = this.#pick(names);
    const below = FIELDS[type][name];
    if (below && depth <= 0) return '__typename';
    const size = name === 'friends' ? this.#pick(['', '1', '$n']) : '';
    // The alias follows from the arguments, so that fields of one name can always be merged.
    const alias = size || this.#random.below(5) === 0 ? `${name}${size.replace('$', '_')}x: ` : '';
    const argument = size && `(first: ${size})`;
    const selection = below ? ` { ${this.#selection(below, depth - 1)} }` : '';
    return `${alias}${name}${argument}${this.#directive()}${selection}`;
  }

  #directive(): string {
    if (this.#random.below(4) > 0) return '';
    const condition = this.#pick(['$yes', '$maybe', 'true', 'false']);
    return ` @${this.#pick(['skip', 'include'])}(if: ${condition})`;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)] as T;
  }
}

function overlap(one: TypeName, other: TypeName): boolean {
  return POSSIBLE[one].some((type) => POSSIBLE[other].includes(type));
}

interface Thing {
  readonly __typename: 'A' | 'B';
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly numbers: readonly number[];
  readonly depth: number;
}

const thing = (typename: 'A' | 'B', depth: number): Thing => ({
  __typename: typename,
  id: `${typename}${depth}`,
  name: `${typename} at ${depth}`,
  number: depth,
  numbers: [depth, depth + 1],
  depth,
});

const DEEPEST = 4;
const other = ({ depth }: Thing) =>
  depth > DEEPEST ? null : thing(depth % 2 ? 'A' : 'B', depth + 1);

/** Resolvers of both types: some at once, some later, some failing either way. */
export const RESOLVERS: Readonly<
  Record<string, (source: Thing, args: { first?: number | null }) => unknown>
> = {
  friends: async ({ depth }, { first }) =>
    depth > DEEPEST
      ? []
      : Array.from({ length: first ?? 1 }, (_, i) => thing(i % 2 ? 'A' : 'B', depth + 1)),
  best: other,
  a: ({ depth }) => (depth > DEEPEST ? null : Promise.resolve(thing('A', depth + 1))),
  owner: ({ depth }) => (depth > DEEPEST ? null : thing('A', depth + 1)),
  b: ({ depth }) => (depth > DEEPEST ? null : thing('B', depth + 1)),
  list: ({ depth }) => (depth > DEEPEST ? null : [thing('A', depth + 1), thing('A', depth + 2)]),
  failing: ({ depth }) => {
    throw new Error(`failing at ${depth}`);
  },
  failingOften: ({ depth }) =>
    depth % 2 ? Promise.reject(new Error(`failing often at ${depth}`)) : 'well',
};

export const ROOT = {
  a: thing('A', 0),
  b: thing('B', 0),
  node: thing('B', 1),
  either: thing('A', 1),
  list: [thing('A', 0), null, thing('B', 1)],
  eithers: [thing('B', 0)],
  as: [thing('A', 1)],
};
