import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type ExecutionResult,
  GraphQLError,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { pino } from 'pino';
import { AdmissionError } from '../../src/graphql/admission/errors.ts';
import { DEFAULT_DOCUMENT_LIMITS } from '../../src/graphql/admission/limits.ts';
import { PreparedDocuments } from '../../src/graphql/admission/prepared-document.ts';
import { reasonNotToCompile } from '../../src/graphql/execute/compile.ts';
import {
  createExecutor,
  type Engine,
  type Executed,
  type Execution,
  type ExecutorOptions,
} from '../../src/graphql/execute/executor.ts';
import { Random } from '../testkit/random.ts';
import { randomDocument, RESOLVERS, ROOT, SDL } from './random-document.ts';

const MANY = 1e6;
const limits = {
  ...DEFAULT_DOCUMENT_LIMITS,
  maxTokens: MANY,
  maxDepth: MANY,
  maxAliases: MANY,
  maxRootFields: MANY,
  maxFields: MANY,
};
const documents = new PreparedDocuments({ limits, cacheBytes: 1e8 });

const executorOf = (options: Partial<ExecutorOptions> = {}) =>
  createExecutor({
    engine: 'auto',
    maxCompiled: 10,
    logger: pino({ level: 'silent' }),
    ...options,
  });

/**
 * As a client would see it, but for the order of fields and errors, which says nothing, and for the
 * places in the document, where graphql-jit names a leaf that was skipped beside the one that failed.
 * Where a null took its parent with it, the engines may tell other errors of what was lost; so only
 * that there are some counts.
 */
function seen({ data, errors = [] }: ExecutionResult): unknown {
  const told = errors
    .filter(({ path = [] }) => isThere(data, path.slice(0, -1)))
    .map(({ message, path, extensions = {} }) => JSON.stringify({ message, path, extensions }));
  const plain: unknown = JSON.parse(JSON.stringify(data ?? null));
  return { data: plain, errors: told.sort(), failed: errors.length > 0 };
}

function isThere(data: unknown, path: readonly (string | number)[]): boolean {
  let place = data;
  for (const key of path) place = (place as Record<string | number, unknown> | null)?.[key];
  return place !== null && place !== undefined;
}

const randomSchema = (() => {
  const schema = buildSchema(SDL);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name === 'Query') continue;
    for (const [name, resolve] of Object.entries(RESOLVERS)) {
      const field = type.getFields()[name];
      if (field) field.resolve = resolve;
    }
  }
  return schema;
})();

/** Undefined where the fragments of a random document are too much for validation. */
function validated(text: string) {
  try {
    return documents.operation(randomSchema, text, null);
  } catch (error) {
    if (error instanceof AdmissionError && error.code === 'DOCUMENT_TOO_LARGE') return undefined;
    throw error;
  }
}

describe('graphql-jit', () => {
  it('answers random documents as graphql-js does', async () => {
    const executor = executorOf();
    let compared = 0;
    for (let seed = 1; seed <= 80; seed++) {
      const text = randomDocument(new Random(seed));
      const operation = validated(text);
      if (!operation || reasonNotToCompile(operation)) continue;
      for (const variables of [
        { yes: true, maybe: true, n: 1 },
        { yes: false, maybe: true },
        { yes: true, maybe: false, n: null },
      ]) {
        const execution: Execution = { operation, variables, context: {}, rootValue: ROOT };
        const [jit, js] = await Promise.all([
          executor.executeOn('graphql-jit', execution),
          executor.executeOn('graphql-js', execution),
        ]);
        try {
          expect(seen(jit)).toEqual(seen(js));
        } catch (error) {
          throw new Error(`${text}\n${JSON.stringify(variables)}`, { cause: error });
        }
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  /** Each is a trap: were it not avoided, the answer would differ. */
  it.each([
    [
      'conditional fragment',
      'query ($yes: Boolean!) { a { ...F @skip(if: $yes) ...F } } fragment F on A { id }',
    ],
    [
      'conditional field with a namesake',
      'query ($yes: Boolean!) { a @skip(if: $yes) { ... on A { name } } a { id } }',
    ],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['too long', `{ a { id } } # ${'x'.repeat(8_000)}`],
  ])('is left out for a %s', (reason, text) => {
    expect(reasonNotToCompile(documents.operation(randomSchema, text, null))).toBe(reason);
  });

  it('keeps the conditions of a fragment apart where it is spread twice', async () => {
    const text =
      'query ($yes: Boolean!) { a { id b @include(if: $yes) { ...F } } other: b { ...F } } fragment F on B { id owner { name } }';
    const operation = documents.operation(randomSchema, text, null);
    const execution = { operation, variables: { yes: false }, context: {}, rootValue: ROOT };
    const result = await executorOf().executeOn('graphql-jit', execution);
    expect(result.data).toEqual({
      a: { id: 'A0' },
      other: { id: 'B0', owner: { name: 'A at 1' } },
    });
  });
});

describe('values that cannot be completed', () => {
  const schema = buildSchema(`
    interface Shape { id: ID }
    type Square implements Shape { id: ID }
    type Query { hello: String square: Square squares: [Square] shape: Shape }
  `);
  const shape = schema.getType('Shape');
  if (isInterfaceType(shape)) {
    shape.resolveType = () => {
      throw new Error('no type');
    };
  }
  const broken = {
    get id(): never {
      throw new Error('no id');
    },
  };
  const values = { square: broken, squares: [broken], shape: {} };

  it.each([
    ['at once', { hello: 'Hello', ...values }],
    [
      'later',
      {
        hello: 'Hello',
        ...Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, Promise.resolve(value)]),
        ),
      },
    ],
  ])('are errors of their fields on graphql-jit, too: %s', async (_when, rootValue) => {
    for (const field of ['square { id }', 'squares { id }', 'shape { id }']) {
      const operation = documents.operation(schema, `{ hello ${field} }`, null);
      const execution = { operation, variables: {}, context: {}, rootValue };
      const result = await executorOf().executeOn('graphql-jit', execution);
      expect(result.data).toMatchObject({ hello: 'Hello' });
      expect(result.errors?.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^no (id|type)$/),
      ]);
    }
  });
});

class Money {
  readonly cents: number;

  constructor(cents: number) {
    this.cents = cents;
  }
}

const MoneyType = new GraphQLScalarType<Money, string>({
  name: 'Money',
  parseValue: (value) => new Money(Math.round(Number(value) * 100)),
  parseLiteral: (node) => new Money(Math.round(Number('value' in node ? node.value : 0) * 100)),
  serialize: (value) => String(value),
});

const seenArguments: unknown[] = [];

const plainSchema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      hello: { type: GraphQLString, resolve: () => 'Hello' },
      pay: {
        type: GraphQLString,
        args: { amount: { type: MoneyType }, note: { type: GraphQLString, defaultValue: 'none' } },
        resolve: (_source, args) => {
          seenArguments.push({ ...(args as object) });
          return 'paid';
        },
      },
      denied: {
        type: GraphQLString,
        resolve: () => {
          throw new GraphQLError('No.', { extensions: { code: 'FORBIDDEN' } });
        },
      },
    },
  }),
});

function execution(text: string, variables: Record<string, unknown> = {}): Execution {
  return { operation: documents.operation(plainSchema, text, null), variables, context: {} };
}

describe.each(['graphql-jit', 'graphql-js'] as const)('on %s', (engine) => {
  it('variables are taken as admission coerced them', async () => {
    seenArguments.length = 0;
    const text =
      'query ($amount: Money, $note: String = "x") { pay(amount: $amount, note: $note) }';
    const amount = new Money(1234);
    const result = await executorOf().executeOn(engine, execution(text, { amount, note: 'y' }));
    expect(result).toEqual({ data: { pay: 'paid' } });
    expect(seenArguments).toEqual([{ amount, note: 'y' }]);
    expect((seenArguments[0] as { amount: unknown }).amount).toBe(amount);
  });

  it('an error keeps its code, path and place', async () => {
    const { errors } = await executorOf().executeOn(engine, execution('{ hello\n denied }'));
    expect(errors?.[0]).toMatchObject({
      message: 'No.',
      path: ['denied'],
      locations: [{ line: 2, column: 2 }],
      extensions: { code: 'FORBIDDEN' },
    });
  });
});

describe('the executor', () => {
  async function enginesOf(options: Partial<ExecutorOptions>, texts: string[]): Promise<Engine[]> {
    const engines: Engine[] = [];
    const executor = executorOf({
      ...options,
      onExecuted: ({ engine }: Executed) => void engines.push(engine),
    });
    for (const text of texts) await executor.execute(execution(text));
    return engines;
  }

  it('compiles what comes again, and at once what is trusted or told to', async () => {
    const [again, trusted] = ['{ hello }', '{ again: hello }'] as const;
    expect(await enginesOf({}, [again, again, again])).toEqual([
      'graphql-js',
      'graphql-jit',
      'graphql-jit',
    ]);
    const trustedDocuments = new Set([trusted]);
    expect(await enginesOf({ trustedDocuments }, [trusted])).toEqual(['graphql-jit']);
    expect(await enginesOf({ engine: 'graphql-jit' }, [again])).toEqual(['graphql-jit']);
    expect(await enginesOf({ engine: 'graphql-js' }, [again, again])).toEqual([
      'graphql-js',
      'graphql-js',
    ]);
  });

  it('gives what a scalar of its own makes of a literal to graphql-js', async () => {
    seenArguments.length = 0;
    expect(await enginesOf({ engine: 'graphql-jit' }, ['{ pay(amount: 12.34) }'])).toEqual([
      'graphql-js',
    ]);
    expect(seenArguments).toEqual([{ amount: new Money(1234), note: 'none' }]);
  });

  it('runs what the compiler does not, and says so in the log', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
    const executor = executorOf({ engine: 'graphql-jit', logger });
    const broken = execution('query Broken { hello }');
    // A document that is gone by the time it is compiled stands for anything that may go wrong there.
    const operation = { ...broken.operation, text: '{' };
    const { result } = await executor.execute({ ...broken, operation });
    expect(result).toEqual({ data: { hello: 'Hello' } });
    expect(lines.join('')).toContain('could not compile');
  });
});
