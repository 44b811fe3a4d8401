import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import type { AdmittedOperation } from '../graphql/admission/admission.ts';
import type { AdmissionError } from '../graphql/admission/errors.ts';
import type { Caller } from '../graphql/caller.ts';
import { codesOf, type Metrics, type Outcome, type Transport } from './metrics.ts';

export interface OperationSubject {
  readonly transport: Transport;
  readonly requestId: string;
  readonly caller: Caller;
  /** Of `performance.now()`. */
  readonly startedAt: number;
}

export type ObservedOperation = Pick<AdmittedOperation, 'operation' | 'cost'>;

/**
 * One line of the log and one count for each operation, whichever way it came. Neither holds a
 * document, a variable or a credential.
 */
export class Observer {
  readonly #metrics: Metrics;
  readonly #logger: Pick<Logger, 'info'>;

  constructor(metrics: Metrics, logger: Pick<Logger, 'info'>) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /** @param result undefined for a subscription that was opened */
  ran(subject: OperationSubject, operation: ObservedOperation, result?: ExecutionResult): void {
    const codes = codesOf(result?.errors);
    const outcome = outcomeOf(codes);
    this.#observe(subject, operation, outcome, codes);
  }

  refused(subject: OperationSubject, { errors }: AdmissionError): void {
    this.#observe(subject, undefined, 'refused', codesOf(errors));
  }

  #observe(
    { transport, requestId, caller, startedAt }: OperationSubject,
    observed: ObservedOperation | undefined,
    outcome: Outcome,
    codes: ReturnType<typeof codesOf>,
  ): void {
    const ms = performance.now() - startedAt;
    const type = observed?.operation.type ?? 'unknown';
    this.#metrics.operation({ transport, type, outcome, codes, seconds: ms / 1000 });
    this.#logger.info(
      {
        requestId,
        transport,
        type,
        operation: observed?.operation.name?.slice(0, 100),
        outcome,
        codes: codes.length > 0 ? codes : undefined,
        cost: observed?.cost,
        audience: caller.audience,
        organizationId: caller.organizationId,
        keyId: caller.keyId,
        ms: Math.round(ms * 10) / 10,
      },
      'operation',
    );
  }
}

function outcomeOf(codes: ReturnType<typeof codesOf>): Outcome {
  if (codes.length === 0) return 'ok';
  return codes.includes('INTERNAL_SERVER_ERROR') ? 'fault' : 'errors';
}
