import { execute, type ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Variables } from '../admission/cost-term.ts';
import type { PreparedOperation } from '../admission/prepared-document.ts';
import type { GraphQLContext } from '../context.ts';
import { planOf, runPlan } from '../plan/planner.ts';
import { type CompiledOperation, compileOperation, reasonNotToCompile } from './compile.ts';
import { resultOfText } from './encoding.ts';
import { executableSchema, withCoercedVariables } from './executable.ts';

/**
 * What answers an operation: one statement and a writer (the planner), compiled resolvers, or
 * resolvers as they are.
 */
export type Engine = 'planner' | 'graphql-jit' | 'graphql-js';

/** One run of an operation that admission let in. */
export interface Execution {
  readonly operation: PreparedOperation;
  /** Coerced. */
  readonly variables: Variables;
  readonly context: unknown;
  /** For a subscription: the payload of the event. */
  readonly rootValue?: unknown;
}

/** What was run, and what came of it, before errors are masked. */
export interface Executed {
  readonly execution: Execution;
  readonly engine: Engine;
  /** Why it was not the planner, where that was asked. */
  readonly declined?: string;
  readonly result: ExecutionResult;
}

export interface ExecutorOptions {
  /**
   * `auto` plans and compiles what is trusted or comes again; `planner` and `graphql-jit` do so at
   * once where they can, and what the planner declines is compiled; `graphql-js` never does.
   */
  readonly engine: 'auto' | Engine;
  /** Texts of documents that are planned and compiled at their first use. */
  readonly trustedDocuments?: ReadonlySet<string> | undefined;
  /** How many compiled operations are kept. */
  readonly maxCompiled: number;
  readonly logger: Pick<Logger, 'warn'>;
  /** Called after each execution and awaited: tests run the same on the other engines here. */
  readonly onExecuted?: ((executed: Executed) => void | Promise<void>) | undefined;
}

export interface Executor {
  /** Runs the operation on the engine that is due. Errors of fields are in the result, unmasked. */
  execute(execution: Execution): Promise<Executed>;
  /** Runs it on one engine; graphql-jit throws where it cannot, the planner leaves it to resolvers. */
  executeOn(engine: Engine, execution: Execution): Promise<ExecutionResult>;
}

type Compiled = CompiledOperation | 'not compiled';

/** Documents of one-off callers are not worth compiling; what comes again mostly comes often. */
const USES_BEFORE_COMPILING = 2;

export function createExecutor(options: ExecutorOptions): Executor {
  const { engine, logger, onExecuted } = options;
  const compiled = new LRUCache<PreparedOperation, Compiled>({ max: options.maxCompiled });
  const uses = new WeakMap<PreparedOperation, number>();

  function isWorthIt(operation: PreparedOperation): boolean {
    if (engine !== 'auto' || options.trustedDocuments?.has(operation.text)) return true;
    const used = (uses.get(operation) ?? 0) + 1;
    uses.set(operation, used);
    return used >= USES_BEFORE_COMPILING;
  }

  function compiledFor(operation: PreparedOperation): Compiled {
    let known = compiled.get(operation);
    if (known === undefined) {
      known = tryToCompile(operation, logger);
      compiled.set(operation, known);
    }
    return known;
  }

  async function run(execution: Execution): Promise<Executed> {
    const { operation } = execution;
    if (engine === 'graphql-js' || !isWorthIt(operation)) {
      return { execution, engine: 'graphql-js', result: await interpret(execution) };
    }
    const planned = engine === 'graphql-jit' ? NOT_ASKED : await runPlanned(execution);
    if ('result' in planned) return { execution, engine: 'planner', ...planned };
    const compiledRun = compiledFor(operation);
    return compiledRun === 'not compiled'
      ? { execution, engine: 'graphql-js', ...planned, result: await interpret(execution) }
      : {
          execution,
          engine: 'graphql-jit',
          ...planned,
          result: await runCompiled(compiledRun, execution),
        };
  }

  return {
    async execute(execution) {
      const executed = await run(execution);
      await onExecuted?.(executed);
      return executed;
    },
    async executeOn(which, execution) {
      if (which === 'graphql-js') return await interpret(execution);
      if (which === 'planner') {
        const planned = await runPlanned(execution);
        return 'result' in planned ? planned.result : await interpret(execution);
      }
      const reason = reasonNotToCompile(execution.operation);
      if (reason) throw new Error(`graphql-jit does not run this: ${reason}`);
      return await runCompiled(compileOperation(execution.operation), execution);
    },
  };
}

type Planned = { readonly result: ExecutionResult } | { readonly declined?: string };

const NOT_ASKED: Planned = {};

/** The planner may decline before it has read, and after. */
async function runPlanned({ operation, variables, context }: Execution): Promise<Planned> {
  const planning = planOf(operation, variables);
  if ('declined' in planning) return planning;
  const { reader } = context as GraphQLContext;
  const data = await runPlan(planning.plan, reader, variables);
  return data === null ? { declined: 'irregular' } : { result: resultOfText(data) };
}

function tryToCompile(operation: PreparedOperation, logger: Pick<Logger, 'warn'>): Compiled {
  if (reasonNotToCompile(operation)) return 'not compiled';
  try {
    return compileOperation(operation);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    logger.warn({ operationName: operation.name, why }, 'graphql-jit could not compile a document');
    return 'not compiled';
  }
}

function runCompiled(run: CompiledOperation, { rootValue, context, variables }: Execution) {
  return run(rootValue, context, variables);
}

const executables = new WeakMap<PreparedOperation, ReturnType<typeof withCoercedVariables>>();

function interpret({ operation, rootValue, context, variables }: Execution) {
  let document = executables.get(operation);
  if (!document) {
    document = withCoercedVariables(operation.document, operation.node);
    executables.set(operation, document);
  }
  return execute({
    schema: executableSchema(operation.schema),
    document,
    rootValue,
    contextValue: context,
    variableValues: variables,
  });
}
