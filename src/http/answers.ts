import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import {
  AdmissionError,
  type ErrorCode,
  GRAPHQL_REQUEST_CODES,
  isErrorCode,
  RequestError,
  STATUS_BY_CODE,
} from '../graphql/admission/errors.ts';
import type { RateState } from '../graphql/admission/rate-limit.ts';
import { type FaultContext, publicError } from '../graphql/execute/public-errors.ts';
import { type Utf8, utf8Of } from '../graphql/utf8.ts';
import { type AnswerType, answerType, JSON_TYPE } from './media-types.ts';

/** The status of an answer that has no `data`, by its first error. */
export function statusOf(errors: readonly GraphQLError[], type: AnswerType): number {
  const code = codeOf(errors);
  // A server before the specification answered 200 to everything, and clients that ask for
  // `application/json` alone were written for those.
  if (type === JSON_TYPE && GRAPHQL_REQUEST_CODES.has(code)) return 200;
  return STATUS_BY_CODE[code];
}

/** Headers that say in HTTP's words what the first error says. */
export function headersOf(errors: readonly GraphQLError[]): Record<string, string> {
  const code = codeOf(errors);
  const retryAfter = errors[0]?.extensions['retryAfter'];
  if (code === 'UNAUTHENTICATED') return { 'www-authenticate': 'Bearer' };
  if (code === 'RATE_LIMITED' && typeof retryAfter === 'number') {
    return { 'retry-after': String(retryAfter) };
  }
  return {};
}

/** Where the key stands in its window, as a list for `writeHead`. */
export function rateHeaders({ limit, remaining, resetSeconds }: RateState): string[] {
  const name = 'ratelimit';
  return [
    `${name}-limit`,
    String(limit),
    `${name}-remaining`,
    String(remaining),
    `${name}-reset`,
    String(resetSeconds),
  ];
}

/** Answers that nothing was run, and why. A fault is masked and logged. */
export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  fault: FaultContext,
): void {
  const errors = refusalsOf(error, fault);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const type = answerType(request.headers.accept) ?? JSON_TYPE;
  const headers = Object.entries(headersOf(errors)).flat();
  sendText(response, statusOf(errors, type), type, JSON.stringify({ errors }), headers);
}

export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
  headers: string[] = [],
): void {
  sendUtf8(response, status, contentType, utf8Of(text), headers);
}

/** @param headers names and values in turn, which cost less than an object, or than to set each */
export function sendUtf8(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: Utf8,
  headers: string[] = [],
): void {
  const type = `${contentType}; charset=utf-8`;
  headers.push('content-type', type, 'content-length', String(body.length));
  headers.push('cache-control', 'no-store');
  response.writeHead(status, headers);
  // As a string it goes out in one piece with the headers; a byte of Latin-1 is one of UTF-8 here.
  response.end(body, 'latin1');
}

/** What a client is told of anything that was thrown before its operation ran. */
export function refusalsOf(error: unknown, fault: FaultContext): readonly GraphQLError[] {
  if (error instanceof AdmissionError) return error.errors;
  return [error instanceof RequestError ? error : publicError(error, fault)];
}

function codeOf(errors: readonly GraphQLError[]): ErrorCode {
  const code = errors[0]?.extensions['code'];
  return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}
