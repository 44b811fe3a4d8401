import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { Admission } from '../graphql/admission/admission.ts';
import { AdmissionError, RequestError } from '../graphql/admission/errors.ts';
import type { KnownDocuments } from '../graphql/admission/known-documents.ts';
import type { RateState } from '../graphql/admission/rate-limit.ts';
import type { Caller } from '../graphql/caller.ts';
import { encodeResult } from '../graphql/execute/encoding.ts';
import type { Operations } from '../graphql/execute/operations.ts';
import type { FaultContext } from '../graphql/execute/public-errors.ts';
import { utf8Of } from '../graphql/utf8.ts';
import { rateHeaders, sendRefusal, sendUtf8, statusOf } from './answers.ts';
import type { ApolloContext } from './apollo.ts';
import { AskedByLink, type AskedOperation, askedOperation, withText } from './asked-operation.ts';
import { readJson } from './body.ts';
import { allowOrigin, answerPreflight } from './cors.ts';
import { credentialsOf } from './credentials.ts';
import { admitInto, type Exchange, runInto } from './exchange.ts';
import type { Gate } from './gate.ts';
import { enterOverHttp } from './http-entrance.ts';
import { answerType, essenceOf, JSON_TYPE } from './media-types.ts';
import type { Observer, OperationSubject } from './observer.ts';
import { dataHeaders, setDataHeaders } from './protection.ts';
import { type PublicAnswer, sendPublicAnswer } from './storefront/public-answer.ts';
import type { Question, StorefrontAnswers } from './storefront/storefront-answers.ts';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<ApolloContext>;
  readonly gate: Gate;
  readonly admission: Admission;
  readonly operations: Operations;
  readonly documents: KnownDocuments;
  /** Null: no answer is public. */
  readonly storefront: StorefrontAnswers | null;
  readonly observer: Observer;
  readonly bodyBytes: number;
}

/** Queries and mutations over HTTP: https://graphql.github.io/graphql-over-http/draft/ */
export class GraphQLRoute {
  readonly #options: GraphQLRouteOptions;
  readonly #links: AskedByLink;

  constructor(options: GraphQLRouteOptions) {
    this.#options = options;
    this.#links = new AskedByLink(options.documents);
  }

  /** Answers the request; never rejects. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    fault: FaultContext,
  ): Promise<void> {
    if (request.method === 'OPTIONS') {
      setDataHeaders(response, fault.requestId);
      answerPreflight(request, response);
      return;
    }
    try {
      const recalled = this.#recall(request, fault);
      if (recalled !== null) {
        const { subject, answer } = recalled;
        allowOrigin(request, response, subject.caller.origins);
        await this.#answerFromMemory(request, response, subject, answer);
        return;
      }
      const caller = await enterOverHttp(this.#options.gate, request, response);
      await this.#answer(request, response, caller, fault);
    } catch (error) {
      if (!response.headersSent) setDataHeaders(response, fault.requestId);
      sendRefusal(request, response, error, fault);
    }
  }

  /**
   * What pages of storefronts ask again and again: a link to a known document, by a caller who is
   * known, for an answer that is in memory. Nothing of it has to be waited for; to find that out step
   * by step, as for everything else, would take longer than the rest. Null: it is something else.
   */
  #recall(request: IncomingMessage, { requestId }: FaultContext): Recalled | null {
    const { gate, storefront } = this.#options;
    if (request.method !== 'GET' || storefront === null) return null;
    const startedAt = performance.now();
    const asked = this.#links.recall(request);
    if (!asked?.isByHash || answerType(request.headers.accept) === null) return null;
    const caller = gate.recall(credentialsOf(request));
    const answer = caller && storefront.recall(caller, asked);
    if (!answer) return null;
    return { subject: { transport: 'http', requestId, caller, startedAt }, answer };
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    fault: FaultContext,
  ): Promise<void> {
    // Before anything runs: Apollo finds out only after a mutation that nobody takes its answer.
    if (answerType(request.headers.accept) === null) throw notAcceptable();
    const { requestId } = fault;
    const subject = { transport: 'http', requestId, caller, startedAt: performance.now() } as const;
    const body = await this.#bodyOf(request);
    const asked = await this.#askedBy(request, body, subject);
    const found = (asked && this.#options.storefront?.find(caller, asked)) ?? null;
    const answer = found && 'keys' in found ? found : null;
    if (asked && answer) {
      await this.#answerFromMemory(request, response, subject, answer);
      this.#register(asked);
      return;
    }
    const remoteAddress = request.socket.remoteAddress ?? null;
    const exchange: Exchange = { caller, requestId, remoteAddress };
    const plain =
      asked && request.method === 'POST'
        ? await this.#run(asked, exchange)
        : await this.#runApollo(request, body, asked, exchange);
    this.#observe(subject, exchange);
    if (exchange.fault) throw exchange.fault;
    if (exchange.refusal) throw exchange.refusal;
    if (exchange.admitted && asked) this.#register(asked);
    const { rate } = exchange.admitted ?? {};
    const published = found && (await this.#publish(request, found as Question, exchange));
    if (published && rate) this.#sendPublic(request, response, { requestId, rate }, published);
    else {
      const headers = [...dataHeaders(requestId), ...(rate ? rateHeaders(rate) : [])];
      sendAnswer(request, response, exchange, { apollo: plain, headers });
    }
  }

  /** What is known of the request before Apollo reads it; null where Apollo has to judge it. */
  async #askedBy(
    request: IncomingMessage,
    body: unknown,
    subject: OperationSubject,
  ): Promise<AskedOperation | null> {
    const { admission, documents, observer } = this.#options;
    try {
      const isGet = request.method === 'GET';
      const asked = isGet ? this.#links.of(request) : askedOperation(body, documents);
      // A link to a text of anybody's choice is refused by Apollo, unless a header has been allowed.
      const isLink = isGet && asked?.isByHash === false;
      return isLink && !isAllowedByPreflight(request) ? null : asked;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const refusal = new AdmissionError(error);
      observer.refused(subject, refusal);
      await admission.charge(subject.caller, 1);
      throw refusal;
    }
  }

  async #answerFromMemory(
    request: IncomingMessage,
    response: ServerResponse,
    subject: OperationSubject,
    answer: PublicAnswer,
  ): Promise<void> {
    const { admission, observer } = this.#options;
    const { requestId } = subject;
    try {
      const rate = await admission.charge(subject.caller, answer.cost);
      this.#sendPublic(request, response, { requestId, rate }, answer);
    } catch (error) {
      if (error instanceof AdmissionError) observer.refused(subject, error);
      throw error;
    }
    observer.ran(subject, answer);
  }

  /** A document that was let in may be named by its hash from now on. */
  #register({ hash, text, isByHash }: AskedOperation): void {
    if (hash !== null && !isByHash) this.#options.documents.register(hash, text);
  }

  /** A well-formed POST of JSON, as nearly all requests are, holds nothing for Apollo to judge. */
  async #run(asked: AskedOperation, exchange: Exchange): Promise<null> {
    const { admission, operations } = this.#options;
    const { text: query, operationName, variables, extensions } = asked;
    await admitInto(exchange, admission, { query, operationName, variables, extensions });
    await runInto(exchange, operations);
    return null;
  }

  #runApollo(
    request: IncomingMessage,
    body: unknown,
    asked: AskedOperation | null,
    exchange: Exchange,
  ): Promise<HTTPGraphQLResponse> {
    const headers = headerMapOf(request);
    // The key in `authorization` is nothing that a page could send unasked, nor is a text of its choice.
    if (asked?.isByHash) headers.set('apollo-require-preflight', 'true');
    const plain = { method: request.method ?? 'GET', headers, search: searchOf(request), body };
    return this.#options.apollo.executeHTTPGraphQLRequest({
      // Apollo is not told of hashes: they stand for texts that are known here.
      httpGraphQLRequest: asked?.hash ? { ...plain, ...withText(request, body, asked) } : plain,
      context: () => Promise.resolve({ exchange }),
    });
  }

  async #publish(
    request: IncomingMessage,
    question: Question,
    { admitted, result }: Exchange,
  ): Promise<PublicAnswer | null> {
    const { storefront } = this.#options;
    if (!storefront || !admitted || !result || result.errors) return null;
    // Nobody would keep it, neither here nor on the way.
    if (request.method !== 'GET' && question.lease === null) return null;
    return storefront.publish(question, admitted, encodeResult(result));
  }

  #sendPublic(
    request: IncomingMessage,
    response: ServerResponse,
    { requestId, rate }: { requestId: string; rate: RateState },
    answer: PublicAnswer,
  ): void {
    const contentType = answerType(request.headers.accept) ?? JSON_TYPE;
    const cacheControl = this.#options.storefront?.cacheControl ?? 'no-store';
    const headers = [...dataHeaders(requestId), ...rateHeaders(rate)];
    sendPublicAnswer(request, response, answer, { contentType, cacheControl, headers });
  }

  #observe(subject: OperationSubject, { admitted, refusal, result }: Exchange): void {
    const { observer } = this.#options;
    if (refusal) observer.refused(subject, refusal);
    else if (admitted && result) observer.ran(subject, admitted, result);
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

interface Recalled {
  readonly subject: OperationSubject;
  readonly answer: PublicAnswer;
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
  { result }: Exchange,
  { apollo, headers }: { apollo: HTTPGraphQLResponse | null; headers: string[] },
): void {
  for (const [name, value] of apollo?.headers ?? []) response.setHeader(name, value);
  const type = answerType(request.headers.accept) ?? JSON_TYPE;
  // Without a result nothing was run, and Apollo says why.
  const refused = apollo?.body.kind === 'complete' ? apollo.body.string : '';
  const body = result === undefined ? utf8Of(refused) : encodeResult(result);
  const failed = result?.errors && result.data === undefined ? result.errors : undefined;
  const status = failed ? statusOf(failed, type) : (apollo?.status ?? 200);
  sendUtf8(response, status, type, body, headers);
}

/** As Apollo has it: headers that a page may send only where a preflight has allowed them. */
function isAllowedByPreflight({ headers }: IncomingMessage): boolean {
  return Boolean(headers['apollo-require-preflight'] ?? headers['x-apollo-operation-name']);
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
