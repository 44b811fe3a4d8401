import { execute, type ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Variables } from '../admission/cost-term.ts';
import type { PreparedOperation } from '../admission/prepared-document.ts';
import { type CompiledOperation, compileOperation, reasonNotToCompile } from './compile.ts';
import { executableSchema, withCoercedVariables } from './executable.ts';

export type Engine = 'graphql-jit' | 'graphql-js';

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
  readonly result: ExecutionResult;
}

export interface ExecutorOptions {
  /**
   * `auto` compiles what is trusted or comes again; `graphql-jit` compiles at once what can be
   * compiled; `graphql-js` never does.
   */
  readonly engine: 'auto' | Engine;
  /** Texts of documents that are compiled at their first use. */
  readonly trustedDocuments?: ReadonlySet<string> | undefined;
  /** How many compiled operations are kept. */
  readonly maxCompiled: number;
  readonly logger: Pick<Logger, 'warn'>;
  /** Called after each execution and awaited: tests run the same on the other engine here. */
  readonly onExecuted?: ((executed: Executed) => void | Promise<void>) | undefined;
}

export interface Executor {
  /** Runs the operation on the engine that is due. Errors of fields are in the result, unmasked. */
  execute(execution: Execution): Promise<ExecutionResult>;
  /** Runs it on one engine; graphql-jit throws where it cannot. */
  executeOn(engine: Engine, execution: Execution): Promise<ExecutionResult>;
}

type Compiled = CompiledOperation | 'not compiled';

/** Documents of one-off callers are not worth compiling; what comes again mostly comes often. */
const USES_BEFORE_COMPILING = 2;

export function createExecutor(options: ExecutorOptions): Executor {
  const { engine, logger, onExecuted } = options;
  const compiled = new LRUCache<PreparedOperation, Compiled>({ max: options.maxCompiled });
  const uses = new WeakMap<PreparedOperation, number>();

  function compiledFor(operation: PreparedOperation): Compiled {
    const known = compiled.get(operation);
    if (known !== undefined) return known;
    if (engine === 'auto' && !options.trustedDocuments?.has(operation.text)) {
      const used = (uses.get(operation) ?? 0) + 1;
      uses.set(operation, used);
      if (used < USES_BEFORE_COMPILING) return 'not compiled';
    }
    const made = tryToCompile(operation, logger);
    compiled.set(operation, made);
    return made;
  }

  return {
    async execute(execution) {
      const run = engine === 'graphql-js' ? 'not compiled' : compiledFor(execution.operation);
      const onJit = run !== 'not compiled';
      const result = await (onJit ? runCompiled(run, execution) : interpret(execution));
      await onExecuted?.({ execution, engine: onJit ? 'graphql-jit' : 'graphql-js', result });
      return result;
    },
    async executeOn(which, execution) {
      if (which === 'graphql-js') return await interpret(execution);
      const reason = reasonNotToCompile(execution.operation);
      if (reason) throw new Error(`graphql-jit does not run this: ${reason}`);
      return await runCompiled(compileOperation(execution.operation), execution);
    },
  };
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
