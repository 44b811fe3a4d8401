import { isDeepStrictEqual } from 'node:util';
import type { ExecutionResult } from 'graphql';
import type { Database } from '../../src/db/database.ts';
import { createContext, type GraphQLContext } from '../../src/graphql/context.ts';
import { reasonNotToCompile } from '../../src/graphql/execute/compile.ts';
import {
  createExecutor,
  type Engine,
  type Executed,
  type Execution,
  type ExecutorOptions,
} from '../../src/graphql/execute/executor.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown;

/**
 * Executor options under which every document that can be planned runs on the planner at once, what
 * can be compiled on graphql-jit as well, and all of it again on graphql-js: answers that differ
 * fail the test that asked.
 */
export function comparingEngines(
  db: Database,
  isOn: () => boolean = () => true,
  engine: Engine = 'planner',
  references: readonly Engine[] = ['graphql-js', 'graphql-jit'],
): Pick<ExecutorOptions, 'engine' | 'onExecuted'> {
  const others = createExecutor({
    engine: 'graphql-js',
    maxCompiled: 1,
    logger: { warn: () => undefined },
  });
  return {
    engine,
    onExecuted: async ({ execution, engine, result }: Executed) => {
      // What only resolvers as they are can answer has nothing to be compared with: mutations, too.
      if (!isOn() || engine === 'graphql-js') return;
      const isCompiled = reasonNotToCompile(execution.operation) === null;
      for (const other of references) {
        if (other === 'graphql-jit' && (engine !== 'planner' || !isCompiled)) continue;
        const again = await others.executeOn(other, afresh(execution, db));
        assertEqual(execution, [engine, result], [other, again]);
      }
    },
  };
}

/** The same execution with loaders of its own, at the same time. */
function afresh(execution: Execution, db: Database): Execution {
  const { requestId, caller, remoteAddress, now } = execution.context as GraphQLContext;
  const fresh = createContext({ requestId, caller, remoteAddress, db });
  return { ...execution, context: { ...fresh, now, reader: { ...fresh.reader, now } } };
}

type Answer = readonly [engine: Engine, result: ExecutionResult];

function assertEqual(
  { operation, variables }: Execution,
  [engine, result]: Answer,
  [other, expected]: Answer,
): void {
  const same =
    isDeepStrictEqual(plain(result.data), plain(expected.data)) &&
    haveErrorsAlike(result, expected);
  if (same) return;
  const asked = `${operation.text}\n${JSON.stringify(variables)}`;
  throw new Error(
    `${engine} and ${other} differ on:\n${asked}\n${JSON.stringify(result)}\n${JSON.stringify(expected)}`,
  );
}

/**
 * Where several errors make the same parent null, one of them is told, and which one is a race:
 * https://spec.graphql.org/draft/#sec-Handling-Execution-Errors. What is null is compared as data.
 */
function haveErrorsAlike(one: ExecutionResult, other: ExecutionResult): boolean {
  return (one.errors ?? []).length > 0 === (other.errors ?? []).length > 0;
}
