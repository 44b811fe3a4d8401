import { createRequire } from 'node:module';
import type { jitRuntime as JitRuntime } from 'graphql-jit/dist/runtime.js';

/** The instance that compiled operations use: graphql-jit's ES modules load its CommonJS ones. */
const { jitRuntime } = createRequire(import.meta.url)('graphql-jit/dist/runtime.js') as {
  jitRuntime: typeof JitRuntime;
};

type Runtime = typeof JitRuntime;
type ExecutionContext = Parameters<Runtime['handleResolverResult']>[0];

/**
 * Makes graphql-jit bear values that cannot be completed: a getter, a `resolveType` or an iterator
 * that throws. Where the value came by a promise, graphql-jit 0.8.9 lets the exception escape as an
 * unhandled rejection, which ends the process, and the answer never comes. With this the field is
 * null and has an error, as it is with graphql-js; only that it is the nearest field with a resolver
 * rather than the very one.
 */
export function bearIncompletableValues(): void {
  jitRuntime.handleResolverResult = settle;
  jitRuntime.handleListItemResult = settle;
}

function settle(
  context: ExecutionContext,
  value: unknown,
  onSuccess: (result: unknown) => void,
  onError: (error: unknown) => void,
): void {
  if (!jitRuntime.isPromise(value)) {
    complete(value, onSuccess, onError);
    return;
  }
  context.promiseCounter += 1;
  const done = () => {
    context.promiseCounter -= 1;
    if (context.promiseCounter === 0) context.resolve?.(context);
  };
  (value as Promise<unknown>).then(
    (result) => {
      complete(result, onSuccess, onError);
      done();
    },
    (error: unknown) => {
      onError(error);
      done();
    },
  );
}

function complete(
  value: unknown,
  onSuccess: (result: unknown) => void,
  onError: (error: unknown) => void,
): void {
  try {
    onSuccess(value);
  } catch (error) {
    onError(error);
  }
}
