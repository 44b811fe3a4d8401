import { type ExecutionResult, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import type { AdmittedOperation } from '../admission/admission.ts';
import { AdmissionError, RequestError } from '../admission/errors.ts';
import type { Caller } from '../caller.ts';
import { withExtensions } from './encoding.ts';
import type { Executed, Executor } from './executor.ts';
import { type FaultContext, publicError, withPublicErrors } from './public-errors.ts';
import { type CohortHub, openSubscription, type ResultStream } from './subscriptions.ts';

export interface OperationsOptions {
  readonly executor: Executor;
  readonly hub: CohortHub;
  /** What resolvers get; called for each request, and for each batch of events of a cohort. */
  readonly createContext: (scope: {
    caller: Caller;
    requestId: string;
    remoteAddress?: string | null;
  }) => unknown;
  readonly isTransient: (error: unknown) => boolean;
  /** Milliseconds until a query or mutation is answered with TIMEOUT. */
  readonly timeoutMs: number;
  readonly logger: Pick<Logger, 'error'>;
}

/** Runs what admission let in; the transports differ in how they deliver what comes of it. */
export interface Operations {
  /** A query or mutation. Never rejects: faults are masked errors of the result. */
  run(
    admitted: AdmittedOperation,
    requestId: string,
    remoteAddress?: string | null,
  ): Promise<ExecutionResult>;
  /** A subscription. @throws AdmissionError where it does not open */
  subscribe(
    admitted: AdmittedOperation,
    requestId: string,
    signal?: AbortSignal,
  ): Promise<ResultStream>;
}

export function createOperations(options: OperationsOptions): Operations {
  const { executor, createContext, logger, timeoutMs } = options;
  const faultOf = ({ operation, variables }: AdmittedOperation, requestId: string) =>
    ({ requestId, operationName: operation.name, variables, logger }) satisfies FaultContext;

  return {
    async run(admitted, requestId, remoteAddress = null) {
      const { operation, variables, caller, cost, costLimit } = admitted;
      const fault = faultOf(admitted, requestId);
      try {
        const context = createContext({ caller, requestId, remoteAddress });
        const execution = executor.execute({ operation, variables, context });
        const executed = await inTime(execution, timeoutMs, operation.type);
        return withExtensions(withPublicErrors(executed.result, fault), {
          cost: { requested: cost, limit: costLimit },
          ...(admitted.explain && { execution: explanationOf(executed) }),
        });
      } catch (error) {
        return { errors: [publicError(error, fault)] };
      }
    },

    async subscribe(admitted, requestId, signal) {
      if (admitted.operation.type !== OperationTypeNode.SUBSCRIPTION) {
        throw new AdmissionError(
          new RequestError('BAD_REQUEST', 'This is not a subscription: it has one answer.'),
        );
      }
      const context = createContext({ caller: admitted.caller, requestId });
      return openSubscription(options, admitted, context, faultOf(admitted, requestId), signal);
    },
  };
}

/** Which way an answer was made; for those who tune their documents. */
function explanationOf({ engine, declined }: Executed) {
  return { engine, ...(declined !== undefined && { notPlanned: declined }) };
}

/** The work itself goes on: the statements under it have time limits of their own. */
async function inTime<T>(work: Promise<T>, ms: number, type: OperationTypeNode): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timedOut(ms, type)), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

function timedOut(ms: number, type: OperationTypeNode): RequestError {
  const what =
    type === OperationTypeNode.MUTATION
      ? 'It may have taken effect nevertheless: look before you send it again, or use an idempotency key.'
      : 'Ask for less at a time.';
  return new RequestError(
    'TIMEOUT',
    `The operation took longer than ${ms / 1000} seconds. ${what}`,
  );
}
