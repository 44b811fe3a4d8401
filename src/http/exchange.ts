import { type ExecutionResult, OperationTypeNode } from 'graphql';
import type {
  Admission,
  AdmittedOperation,
  OperationRequest,
} from '../graphql/admission/admission.ts';
import { AdmissionError, RequestError } from '../graphql/admission/errors.ts';
import type { Caller } from '../graphql/caller.ts';
import type { Operations } from '../graphql/execute/operations.ts';

/** What is known of one HTTP request. */
export interface Exchange {
  readonly caller: Caller;
  readonly requestId: string;
  /** Of the other end of the connection. */
  readonly remoteAddress: string | null;
  admitted?: AdmittedOperation;
  /** Nothing was run, and this is why. */
  refusal?: AdmissionError;
  result?: ExecutionResult;
  /** Something failed that is none of the client's business. */
  fault?: Error;
}

/** Lets the operation in, or notes why not. Never rejects. */
export async function admitInto(
  exchange: Exchange,
  admission: Admission,
  request: OperationRequest,
): Promise<AdmittedOperation | null> {
  try {
    const admitted = await admission.admit(request, exchange.caller);
    if (admitted.operation.type === OperationTypeNode.SUBSCRIPTION) throw isSubscription();
    exchange.admitted = admitted;
    return admitted;
  } catch (error) {
    if (error instanceof AdmissionError) exchange.refusal = error;
    else exchange.fault = error instanceof Error ? error : new Error(String(error));
    return null;
  }
}

/** Runs what was let in. */
export async function runInto(exchange: Exchange, operations: Operations): Promise<void> {
  const { admitted, requestId, remoteAddress } = exchange;
  if (admitted) exchange.result = await operations.run(admitted, requestId, remoteAddress);
}

function isSubscription(): AdmissionError {
  return new AdmissionError(
    new RequestError(
      'BAD_REQUEST',
      'Subscriptions are followed over WebSocket at /graphql, or as an event stream at /graphql/stream.',
    ),
  );
}
