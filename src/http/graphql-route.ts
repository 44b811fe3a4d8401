import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { RequestError } from '../graphql/admission/errors.ts';
import type { RateState } from '../graphql/admission/rate-limit.ts';
import type { Caller } from '../graphql/caller.ts';
import type { FaultContext } from '../graphql/execute/public-errors.ts';
import { sendRefusal, sendText, statusOf } from './answers.ts';
import type { ApolloContext, Exchange } from './apollo.ts';
import { readJson } from './body.ts';
import { answerPreflight } from './cors.ts';
import type { Gate } from './gate.ts';
import { enterOverHttp } from './http-entrance.ts';
import { answerType, essenceOf, JSON_TYPE } from './media-types.ts';
import type { Observer } from './observer.ts';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<ApolloContext>;
  readonly gate: Gate;
  readonly observer: Observer;
  readonly bodyBytes: number;
}

/** Queries and mutations over HTTP: https://graphql.github.io/graphql-over-http/draft/ */
export class GraphQLRoute {
  readonly #options: GraphQLRouteOptions;

  constructor(options: GraphQLRouteOptions) {
    this.#options = options;
  }

  /** Answers the request; never rejects. */
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
      const caller = await enterOverHttp(this.#options.gate, request, response);
      await this.#answer(request, response, caller, fault);
    } catch (error) {
      sendRefusal(request, response, error, fault);
    }
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    fault: FaultContext,
  ): Promise<void> {
    const { apollo, observer } = this.#options;
    const startedAt = performance.now();
    const exchange: Exchange = { caller, requestId: fault.requestId };
    // Before anything runs: Apollo finds out only after a mutation that nobody takes its answer.
    if (answerType(request.headers.accept) === null) throw notAcceptable();
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'GET',
        headers: headerMapOf(request),
        search: searchOf(request),
        body: await this.#bodyOf(request),
      },
      context: () => Promise.resolve({ exchange }),
    });
    const subject = { transport: 'http', requestId: fault.requestId, caller, startedAt } as const;
    if (exchange.refusal) observer.refused(subject, exchange.refusal);
    else if (exchange.admitted && exchange.result) {
      observer.ran(subject, exchange.admitted, exchange.result);
    }
    if (exchange.fault) throw exchange.fault;
    if (exchange.refusal) throw exchange.refusal;
    sendAnswer(request, response, exchange, answer);
  }

  /** Undefined for what is no JSON: Apollo then says whether it looks like CSRF. */
  async #bodyOf(request: IncomingMessage): Promise<unknown> {
    if (request.method !== 'POST') return undefined;
    const type = essenceOf(request.headers['content-type']);
    if (type === JSON_TYPE) return readJson(request, this.#options.bodyBytes);
    if (type === null || FORM_TYPES.has(type)) return undefined;
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', `Send the request as ${JSON_TYPE}.`);
  }
}

/** What a page can send to another site without asking first. */
const FORM_TYPES: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
]);

function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { admitted, result }: Exchange,
  { status, headers, body }: HTTPGraphQLResponse,
): void {
  for (const [name, value] of headers) response.setHeader(name, value);
  if (admitted) tellRate(response, admitted.rate);
  const type = answerType(request.headers.accept) ?? JSON_TYPE;
  const text = body.kind === 'complete' ? body.string : '';
  const failed = result?.data === undefined && result?.errors;
  sendText(response, failed ? statusOf(failed, type) : (status ?? 200), type, text);
}

export function tellRate(response: ServerResponse, rate: RateState): void {
  response.setHeader('ratelimit-limit', rate.limit);
  response.setHeader('ratelimit-remaining', rate.remaining);
  response.setHeader('ratelimit-reset', rate.resetSeconds);
}

function headerMapOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

function searchOf({ url = '' }: IncomingMessage): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

function notAcceptable(): RequestError {
  return new RequestError(
    'NOT_ACCEPTABLE',
    'Answers are application/json or application/graphql-response+json: accept one of them.',
  );
}
