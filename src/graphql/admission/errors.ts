import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

/**
 * Every code that an answer can carry in `errors[].extensions.code`, and the HTTP status that goes
 * with it where nothing was executed. Over WebSocket and in event streams only the code is told.
 */
export const STATUS_BY_CODE = {
  BAD_REQUEST: 400,
  /** Clients of persisted queries take it for an answer, and then send the text. */
  PERSISTED_QUERY_NOT_FOUND: 200,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  BAD_USER_INPUT: 400,
  DOCUMENT_TOO_LARGE: 400,
  DOCUMENT_TOO_DEEP: 400,
  DOCUMENT_TOO_COSTLY: 400,
  TOO_MANY_ALIASES: 400,
  FEED_CURSOR_INVALID: 400,
  FEED_CURSOR_FOREIGN: 400,
  FEED_CURSOR_EPOCH: 400,
  FEED_CURSOR_PRUNED: 400,
  FEED_CURSOR_AHEAD: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  TOO_MANY_CONNECTIONS: 429,
  TOO_MANY_OPERATIONS: 429,
  INTERNAL_SERVER_ERROR: 500,
  FEED_SLOW_READER: 503,
  FEED_CLOSED: 503,
  SHUTTING_DOWN: 503,
  TIMEOUT: 504,
} as const;

export type ErrorCode = keyof typeof STATUS_BY_CODE;

/**
 * The codes of requests that are well-formed as HTTP but whose GraphQL is refused. The specification
 * of GraphQL over HTTP gives them 200 when the answer is `application/json`, and 400 when it is
 * `application/graphql-response+json`.
 */
export const GRAPHQL_REQUEST_CODES: ReadonlySet<ErrorCode> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'DOCUMENT_TOO_LARGE',
  'DOCUMENT_TOO_DEEP',
  'DOCUMENT_TOO_COSTLY',
  'TOO_MANY_ALIASES',
  'FEED_CURSOR_INVALID',
  'FEED_CURSOR_FOREIGN',
  'FEED_CURSOR_EPOCH',
  'FEED_CURSOR_PRUNED',
  'FEED_CURSOR_AHEAD',
]);

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(STATUS_BY_CODE, code);
}

/** An error that the caller is told as it stands: its message says what to do. */
export class RequestError extends GraphQLError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: GraphQLErrorOptions = {}) {
    super(message, { ...options, extensions: { ...options.extensions, code } });
    this.code = code;
  }
}

/** Thrown by admission: nothing was executed, and these are the reasons. */
export class AdmissionError extends Error {
  /** At least one. */
  readonly errors: readonly GraphQLError[];

  constructor(...errors: readonly GraphQLError[]) {
    super(errors.map((error) => error.message).join(' '));
    this.errors = errors;
  }

  /** Of the first error; INTERNAL_SERVER_ERROR where it has none of ours. */
  get code(): ErrorCode {
    const code = this.errors[0]?.extensions['code'];
    return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
  }
}
