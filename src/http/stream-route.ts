import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { createHandler, type Handler, type RequestParams } from 'graphql-sse';
import type { Admission, AdmittedOperation } from '../graphql/admission/admission.ts';
import {
  AdmissionError,
  GRAPHQL_REQUEST_CODES,
  RequestError,
} from '../graphql/admission/errors.ts';
import type { Caller } from '../graphql/caller.ts';
import { encodeShared } from '../graphql/execute/encoding.ts';
import type { Operations } from '../graphql/execute/operations.ts';
import type { FaultContext } from '../graphql/execute/public-errors.ts';
import type { ResultStream } from '../graphql/execute/subscriptions.ts';
import { sendRefusal } from './answers.ts';
import { readJson } from './body.ts';
import { answerPreflight } from './cors.ts';
import { countedStream } from './counted-stream.ts';
import { credentialsOf } from './credentials.ts';
import { EndableStream, streamOfOne } from './endable-stream.ts';
import { EventStream } from './event-stream.ts';
import type { Gate } from './gate.ts';
import { enterOverHttp } from './http-entrance.ts';
import { acceptsEventStream, essenceOf, EVENT_STREAM_TYPE, JSON_TYPE } from './media-types.ts';
import type { Metrics } from './metrics.ts';
import type { Observer, OperationSubject } from './observer.ts';
import type { Sessions } from './sessions.ts';
import { createPump } from './subscription-pump.ts';

export interface StreamRouteOptions {
  readonly gate: Gate;
  readonly sessions: Sessions;
  readonly admission: Admission;
  readonly operations: Operations;
  readonly observer: Observer;
  readonly metrics: Metrics;
  readonly bodyBytes: number;
  readonly stallTimeoutMs: number;
}

/** One request for an event stream, and what becomes of it. */
interface Visit {
  readonly caller: Caller;
  readonly requestId: string;
  readonly remoteAddress: string | null;
  readonly method: string;
  readonly stream: EventStream;
  /** Set once the operation is admitted. */
  results?: EndableStream;
  isSubscription: boolean;
}

/** Operations as event streams, one for each: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md */
export class StreamRoute {
  readonly #options: StreamRouteOptions;
  readonly #handler: Handler<IncomingMessage, Visit>;
  readonly #visits = new Set<Visit>();

  constructor(options: StreamRouteOptions) {
    this.#options = options;
    this.#handler = createHandler<IncomingMessage, Visit>({
      // Without tokens there are only distinct connections.
      authenticate: () => null,
      onSubscribe: ({ context }, params) => this.#subscribe(context, params),
    });
  }

  /** Answers the request; resolves when the stream is over, and never rejects. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    fault: FaultContext,
  ): Promise<void> {
    if (request.method === 'OPTIONS') {
      answerPreflight(request, response);
      return;
    }
    try {
      checkProtocol(request);
      const caller = await enterOverHttp(this.#options.gate, request, response);
      await this.#visit(request, response, caller, fault);
    } catch (error) {
      sendRefusal(request, response, error, fault);
    }
  }

  /** Cuts subscriptions off; a query or mutation may finish. */
  leave(): void {
    for (const visit of this.#visits) if (visit.isSubscription) visit.stream.cut();
  }

  get size(): number {
    return this.#visits.size;
  }

  async #visit(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    { requestId }: FaultContext,
  ): Promise<void> {
    const { sessions, metrics, bodyBytes, stallTimeoutMs } = this.#options;
    const { method = 'GET' } = request;
    const body = method === 'POST' ? await readJson(request, bodyBytes) : null;
    const stream = new EventStream(response, stallTimeoutMs);
    const remoteAddress = request.socket.remoteAddress ?? null;
    const visit: Visit = {
      ...{ caller, requestId, remoteAddress, method, stream },
      isSubscription: false,
    };
    const leave = sessions.open({
      credentials: credentialsOf(request),
      caller,
      end: (reason) => (visit.results ? void visit.results.end(reason) : stream.cut()),
    });
    this.#visits.add(visit);
    metrics.connections('sse', 1);
    try {
      await this.#stream(request, visit, body, response);
    } finally {
      leave();
      this.#visits.delete(visit);
      metrics.connections('sse', -1);
    }
  }

  async #stream(
    request: IncomingMessage,
    visit: Visit,
    body: unknown,
    response: ServerResponse,
  ): Promise<void> {
    const [events, init] = await this.#handler({
      method: visit.method,
      url: request.url ?? '',
      headers: { get: (name) => headerOf(request, name) },
      body: body as Record<string, unknown> | null,
      raw: request,
      context: visit,
    });
    if (events === null || typeof events === 'string') throw badRequest(events);
    response.once('close', () => void events.return(undefined));
    if (response.destroyed) await events.return(undefined);
    visit.stream.start(init.status, init.headers ?? {});
    for await (const event of events) await visit.stream.write(event);
    visit.stream.end();
  }

  async #subscribe(visit: Visit, params: RequestParams) {
    const { admission, observer } = this.#options;
    const { caller, requestId } = visit;
    const startedAt = performance.now();
    const subject: OperationSubject = { transport: 'sse', requestId, caller, startedAt };
    try {
      const admitted = await admission.admit(params, caller);
      visit.results = new EndableStream(await this.#results(visit, admitted, subject));
    } catch (error) {
      if (!(error instanceof AdmissionError)) throw error;
      observer.refused(subject, error);
      // The others are about the caller rather than the document, and have a status of their own.
      if (!GRAPHQL_REQUEST_CODES.has(error.code)) throw error;
      visit.results = new EndableStream(streamOfOne(Promise.resolve({ errors: error.errors })));
    }
    return createPump(visit.results, (result) => visit.stream.next(encodeShared(result)));
  }

  async #results(
    visit: Visit,
    admitted: AdmittedOperation,
    subject: OperationSubject,
  ): Promise<ResultStream> {
    const { operations, observer, metrics } = this.#options;
    const { type } = admitted.operation;
    if (type === OperationTypeNode.SUBSCRIPTION) {
      const stream = await operations.subscribe(admitted, subject.requestId);
      visit.isSubscription = true;
      observer.ran(subject, admitted);
      return countedStream(stream, metrics, 'sse');
    }
    if (type === OperationTypeNode.MUTATION && visit.method === 'GET') {
      throw new AdmissionError(
        new RequestError('METHOD_NOT_ALLOWED', 'Send mutations by POST: GET is for reading.'),
      );
    }
    const run = async () => {
      const result = await operations.run(admitted, subject.requestId, visit.remoteAddress);
      observer.ran(subject, admitted, result);
      return result;
    };
    return streamOfOne(run());
  }
}

function checkProtocol({ method, headers }: IncomingMessage): void {
  if (method !== 'GET' && method !== 'POST') {
    throw new RequestError('METHOD_NOT_ALLOWED', 'Ask for an event stream by POST or GET.');
  }
  if (!acceptsEventStream(headers.accept)) {
    throw new RequestError('NOT_ACCEPTABLE', `The answer is ${EVENT_STREAM_TYPE}: accept it.`);
  }
  if (method === 'POST' && essenceOf(headers['content-type']) !== JSON_TYPE) {
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', `Send the request as ${JSON_TYPE}.`);
  }
}

/** graphql-sse compares the whole header, and knows no lists of types. */
function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  if (name === 'accept') return EVENT_STREAM_TYPE;
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** graphql-sse answers in JSON what it cannot read of a request. */
function badRequest(answer: string | null): RequestError {
  const parsed = answer === null ? {} : (JSON.parse(answer) as { errors?: { message: string }[] });
  return new RequestError('BAD_REQUEST', parsed.errors?.[0]?.message ?? 'Not a GraphQL request.');
}
