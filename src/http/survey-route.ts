import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { RequestError, STATUS_BY_CODE } from '../graphql/admission/errors.ts';
import type { Notice, SurveyPages } from '../pages/survey/survey-pages.ts';
import { discardBody, readForm } from './body.ts';

/** A request of a respondent, who is known by nothing but the token. */
export interface SurveyRequest {
  readonly token: string;
  readonly query: URLSearchParams;
  /** Of the other end of the connection. */
  readonly address: string | null;
  readonly acceptLanguage: string;
}

/** What a respondent gets: a page, or where to go on. */
export type SurveyReply =
  { readonly status: number; readonly page: string } | { readonly seeOther: string };

/** Shows surveys and takes answers. @throws RequestError for what the page tells in its own words */
export interface SurveyDoor {
  readonly pages: SurveyPages;
  /** Changes nothing: programs that look through mail follow its links. */
  show(request: SurveyRequest): Promise<SurveyReply>;
  answer(request: SurveyRequest, form: URLSearchParams): Promise<SurveyReply>;
  showUnsubscribe(request: SurveyRequest): Promise<SurveyReply>;
  unsubscribe(request: SurveyRequest): Promise<SurveyReply>;
  /** In which to tell what is told without a survey. */
  localeOf(request: SurveyRequest): string;
}

/** The rest of the path is a token, which is a secret: it is in no log. */
export const SURVEYS_PATH = '/s/';

/** The longest text that an answer may have takes 45 kB in a form. */
const FORM_BYTES = 64 * 1024;

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PATH = /^\/s\/([A-Za-z0-9_-]{1,200})(\/unsubscribe)?$/;

type Fault = { readonly requestId: string; readonly logger: Logger };

/** The page on which respondents answer: `/s/<token>`. */
export class SurveyRoute {
  readonly #door: SurveyDoor;

  constructor(door: SurveyDoor) {
    this.#door = door;
  }

  /** Answers the request; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse, fault: Fault): Promise<void> {
    const [path = '', search = ''] = (request.url ?? '').split('?', 2);
    const [, token = '', unsubscribe] = PATH.exec(path) ?? [];
    const asked: SurveyRequest = {
      token,
      query: new URLSearchParams(search),
      address: request.socket.remoteAddress ?? null,
      acceptLanguage: request.headers['accept-language'] ?? '',
    };
    try {
      send(request, response, await this.#reply(request, asked, unsubscribe !== undefined));
    } catch (error) {
      this.#refuse(request, response, asked, { error, ...fault });
    }
  }

  #reply(
    request: IncomingMessage,
    asked: SurveyRequest,
    isUnsubscribe: boolean,
  ): Promise<SurveyReply> {
    const { method } = request;
    if (method === 'GET' || method === 'HEAD') {
      return isUnsubscribe ? this.#door.showUnsubscribe(asked) : this.#door.show(asked);
    }
    if (method !== 'POST') {
      throw new RequestError('METHOD_NOT_ALLOWED', 'This page takes GET and POST.');
    }
    return isUnsubscribe ? this.#unsubscribe(request, asked) : this.#answer(request, asked);
  }

  async #answer(request: IncomingMessage, asked: SurveyRequest): Promise<SurveyReply> {
    return this.#door.answer(asked, await readForm(request, FORM_BYTES));
  }

  /** With one click, as https://www.rfc-editor.org/rfc/rfc8058 has it: what is posted says nothing more. */
  async #unsubscribe(request: IncomingMessage, asked: SurveyRequest): Promise<SurveyReply> {
    await discardBody(request, FORM_BYTES);
    return this.#door.unsubscribe(asked);
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    asked: SurveyRequest,
    { error, requestId, logger }: Fault & { readonly error: unknown },
  ): void {
    if (!(error instanceof RequestError)) {
      logger.error({ err: error, requestId }, 'A page of a survey could not be made');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const code = error instanceof RequestError ? error.code : 'INTERNAL_SERVER_ERROR';
    const retryAfter = error instanceof RequestError ? error.extensions['retryAfter'] : undefined;
    if (typeof retryAfter === 'number') response.setHeader('retry-after', retryAfter);
    if (code === 'METHOD_NOT_ALLOWED') response.setHeader('allow', 'GET, HEAD, POST');
    const page = this.#door.pages.notice(this.#door.localeOf(asked), NOTICES[code] ?? 'failed');
    send(request, response, { status: STATUS_BY_CODE[code], page });
  }
}

const NOTICES: Readonly<Record<string, Notice>> = {
  NOT_FOUND: 'unknown',
  RATE_LIMITED: 'busy',
  REQUEST_TOO_LARGE: 'tooLarge',
};

function send(request: IncomingMessage, response: ServerResponse, reply: SurveyReply): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('x-robots-tag', 'noindex, nofollow');
  if ('seeOther' in reply) {
    response.writeHead(303, { location: reply.seeOther, 'content-length': 0 }).end();
    return;
  }
  response.writeHead(reply.status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(reply.page),
  });
  response.end(request.method === 'HEAD' ? undefined : reply.page);
}
