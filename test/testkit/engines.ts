import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../src/db/database.ts';
import { createContext, type GraphQLContext } from '../../src/graphql/context.ts';
import { reasonNotToCompile } from '../../src/graphql/execute/compile.ts';
import {
  createExecutor,
  type Executed,
  type ExecutorOptions,
} from '../../src/graphql/execute/executor.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown;

/**
 * Executor options under which every document that can be compiled runs on graphql-jit at once, and
 * again on graphql-js: an answer that differs fails the test that asked.
 */
export function comparingEngines(
  db: Database,
  isOn: () => boolean = () => true,
): Pick<ExecutorOptions, 'engine' | 'onExecuted'> {
  const reference = createExecutor({
    engine: 'graphql-js',
    maxCompiled: 1,
    logger: { warn: () => undefined },
  });
  return {
    engine: 'graphql-jit',
    onExecuted: async ({ execution, engine, result }: Executed) => {
      if (!isOn() || engine !== 'graphql-jit') return;
      if (reasonNotToCompile(execution.operation) !== null) return;
      const { requestId, caller, now } = execution.context as GraphQLContext;
      const fresh = createContext({ requestId, caller, db });
      const context = { ...fresh, now, reader: { ...fresh.reader, now } };
      const expected = await reference.execute({ ...execution, context });
      const differs =
        !isDeepStrictEqual(plain(result.data), plain(expected.data)) ||
        !isDeepStrictEqual(pathsOf(result), pathsOf(expected));
      if (differs) {
        throw new Error(
          `graphql-jit and graphql-js differ on:\n${execution.operation.text}\n${JSON.stringify(result)}\n${JSON.stringify(expected)}`,
        );
      }
    },
  };
}

function pathsOf(result: Executed['result']): unknown {
  return (result.errors ?? []).map(({ message, path }) => [message, path ?? null]);
}
