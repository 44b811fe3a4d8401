import { type ExecutionArgs, type GraphQLError, OperationTypeNode } from 'graphql';
import type { Context, ServerOptions, SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import type { Admission, AdmittedOperation } from '../graphql/admission/admission.ts';
import { AdmissionError, type ErrorCode, RequestError } from '../graphql/admission/errors.ts';
import type { Caller } from '../graphql/caller.ts';
import { encodeShared, resultOfObjects } from '../graphql/execute/encoding.ts';
import type { Operations } from '../graphql/execute/operations.ts';
import type { ResultStream } from '../graphql/execute/subscriptions.ts';
import { refusalsOf } from './answers.ts';
import { CLOSE_CODES, type CloseCode } from './close-codes.ts';
import { countedStream } from './counted-stream.ts';
import { credentialsOf, credentialsOfSocket } from './credentials.ts';
import type { Gate } from './gate.ts';
import type { Metrics } from './metrics.ts';
import type { Observer, OperationSubject } from './observer.ts';
import type { Sessions } from './sessions.ts';
import { CloseConnection, type SocketConnection } from './socket-connection.ts';
import { createPump } from './subscription-pump.ts';

/** What belongs to one WebSocket. */
export interface Visitor {
  readonly connection: SocketConnection;
  /** Of the upgrade; its operations are numbered after it. */
  readonly requestId: string;
  caller?: Caller;
  /** Ends the visitor's session. */
  leave?: () => void;
  isGone: boolean;
  operations: number;
}

export interface SocketProtocolOptions {
  readonly gate: Gate;
  readonly sessions: Sessions;
  readonly admission: Admission;
  readonly operations: Operations;
  readonly observer: Observer;
  readonly metrics: Metrics;
  readonly logger: Pick<Logger, 'error'>;
  readonly connectionInitTimeoutMs: number;
  readonly operationsPerSocket: number;
}

type SocketContext = Context<Record<string, unknown>, Visitor>;

/** What admission gave, on its way through graphql-ws to `execute` or `subscribe`. */
interface Entry {
  readonly id: string;
  readonly visitor: Visitor;
  readonly subject: OperationSubject;
  readonly admitted: AdmittedOperation;
  readonly stream: ResultStream | null;
}

/** graphql-transport-ws: https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md */
export function socketProtocol(
  options: SocketProtocolOptions,
): ServerOptions<Record<string, unknown>, Visitor> {
  const { operations, observer, metrics, sessions } = options;
  return {
    connectionInitWaitTimeout: options.connectionInitTimeoutMs,

    async onConnect({ extra, connectionParams }) {
      const upgrade = credentialsOf(extra.connection.request);
      const credentials = credentialsOfSocket(upgrade, connectionParams);
      try {
        const caller = await options.gate.enter(credentials);
        // A session of somebody who has gone meanwhile would never end.
        if (extra.isGone) return false;
        const end = ({ code, message }: RequestError) => {
          extra.connection.close(closeCodeOf(code), message);
        };
        extra.caller = caller;
        extra.leave = sessions.open({ credentials, caller, end });
      } catch (error) {
        throw closing(error, extra, options.logger);
      }
    },

    onSubscribe: (context, id, payload) => onSubscribe(options, context, id, payload),

    async execute(args) {
      const { id, visitor, subject, admitted } = entryOf(args);
      visitor.connection.begin(id);
      const { remoteAddress } = visitor.connection.request.socket;
      const result = await operations.run(admitted, subject.requestId, remoteAddress ?? null);
      observer.ran(subject, admitted, result);
      return resultOfObjects(result);
    },

    subscribe(args) {
      const { id, visitor, stream } = entryOf(args);
      if (!stream) throw new Error('The subscription has no stream');
      const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      return createPump(countedStream(stream, metrics, 'websocket'), (result) =>
        visitor.connection.send(`${head}${encodeShared(result)}}`),
      );
    },

    onComplete: ({ extra }, id) => extra.connection.end(id),

    onClose({ extra }) {
      extra.isGone = true;
      extra.leave?.();
    },
  };
}

async function onSubscribe(
  options: SocketProtocolOptions,
  { extra, subscriptions }: SocketContext,
  id: string,
  payload: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { admission, operations, observer, logger } = options;
  const { caller, connection } = extra;
  if (!caller) throw new CloseConnection(CLOSE_CODES.unauthorized, 'Unauthorized');
  extra.operations += 1;
  const requestId = `${extra.requestId}-${extra.operations}`;
  const startedAt = performance.now();
  const subject: OperationSubject = { transport: 'websocket', requestId, caller, startedAt };
  try {
    if (connection.isLeaving) throw refusal('SHUTTING_DOWN', 'The server is shutting down.');
    if (Object.keys(subscriptions).length > options.operationsPerSocket) {
      throw refusal(
        'TOO_MANY_OPERATIONS',
        `This connection has ${options.operationsPerSocket} operations under way, and no more are taken.`,
      );
    }
    const admitted = await admission.admit(payload, caller);
    const stream = await streamOf(operations, admitted, requestId);
    if (stream) observer.ran(subject, admitted);
    const { operation } = admitted;
    const entry: Entry = { id, visitor: extra, subject, admitted, stream };
    return {
      schema: operation.schema,
      document: operation.document,
      operationName: operation.name,
      contextValue: entry,
    };
  } catch (error) {
    const errors = refusalsOf(error, { requestId, logger });
    observer.refused(subject, new AdmissionError(...errors));
    return errors;
  }
}

/** Opened here, and not where graphql-ws subscribes: there an error would close the whole socket. */
async function streamOf(
  operations: Operations,
  admitted: AdmittedOperation,
  requestId: string,
): Promise<ResultStream | null> {
  if (admitted.operation.type !== OperationTypeNode.SUBSCRIPTION) return null;
  return operations.subscribe(admitted, requestId);
}

function entryOf({ contextValue }: ExecutionArgs): Entry {
  return contextValue as Entry;
}

function refusal(code: ErrorCode, message: string): RequestError {
  return new RequestError(code, message);
}

function closing(
  error: unknown,
  { requestId }: Visitor,
  logger: Pick<Logger, 'error'>,
): CloseConnection {
  const [first] = refusalsOf(error, { requestId, logger });
  const code = first?.extensions['code'];
  return new CloseConnection(closeCodeOf(code), first?.message ?? 'Internal error');
}

function closeCodeOf(code: unknown): CloseCode {
  if (code === 'UNAUTHENTICATED') return CLOSE_CODES.unauthorized;
  if (code === 'FORBIDDEN') return CLOSE_CODES.forbidden;
  if (code === 'TOO_MANY_CONNECTIONS' || code === 'RATE_LIMITED') return CLOSE_CODES.tryAgainLater;
  return CLOSE_CODES.internalServerError;
}
