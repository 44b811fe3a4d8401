/** All that the client throws by itself. What `signal` was aborted with is thrown as it is. */
export class AntiphonError extends Error {
  override name = 'AntiphonError';
  /** Names the request in the server's log; null where no answer came. */
  readonly requestId: string | null;

  constructor(message: string, requestId: string | null = null, options?: ErrorOptions) {
    super(requestId === null ? message : `${message} (request ${requestId})`, options);
    this.requestId = requestId;
  }
}

/** There is no connection, or it broke: whether the request was carried out is not known. */
export class NetworkError extends AntiphonError {
  override name = 'NetworkError';
}

/** There was no answer within `timeoutMs`: whether the request was carried out is not known. */
export class TimeoutError extends NetworkError {
  override name = 'TimeoutError';
}

/** Something else than GraphQL was answered: mostly by what stands before the server. */
export class HttpError extends AntiphonError {
  override name = 'HttpError';
  readonly status: number;
  /** Seconds, as the header `Retry-After` says; null where it does not. */
  readonly retryAfter: number | null;

  constructor(status: number, requestId: string | null, retryAfter: number | null) {
    super(`HTTP status ${status}, and no GraphQL in the answer.`, requestId);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** One of `errors` of a GraphQL answer. */
export interface AnswerError {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** The server refused the request, or a part of it failed. */
export class GraphQLRequestError extends AntiphonError {
  override name = 'GraphQLRequestError';
  /** At least one. */
  readonly errors: readonly AnswerError[];
  /** Of the first error, such as `FORBIDDEN`; null where it has none. */
  readonly code: string | null;
  /** What was answered beside the errors; null where nothing was. */
  readonly data: unknown;

  constructor(errors: readonly AnswerError[], requestId: string | null, data: unknown = null) {
    super(errors.map(({ message }) => message).join('\n'), requestId);
    this.errors = errors;
    this.code = codeOf(errors[0]);
    this.data = data;
  }
}

/** The key has spent what it may for now. */
export class RateLimitedError extends AntiphonError {
  override name = 'RateLimitedError';
  /** Seconds until the server takes requests again; null where it does not say. */
  readonly retryAfter: number | null;

  constructor(message: string, requestId: string | null, retryAfter: number | null) {
    super(message, requestId);
    this.retryAfter = retryAfter;
  }
}

/** Codes that say nothing about the request: the same may succeed later. */
const PASSING_CODES: readonly (string | null)[] = [
  'REQUEST_TIMEOUT',
  'SHUTTING_DOWN',
  'TIMEOUT',
  'TOO_MANY_CONNECTIONS',
  'TOO_MANY_OPERATIONS',
];

/** Whether the same request may succeed later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HttpError) return error.status >= 500 || error.status === 408;
  if (error instanceof GraphQLRequestError) return PASSING_CODES.includes(error.code);
  return error instanceof NetworkError || error instanceof RateLimitedError;
}

/** Milliseconds that the server wants to be left alone; null where it does not say. */
export function retryAfterMs(error: unknown): number | null {
  if (!(error instanceof RateLimitedError || error instanceof HttpError)) return null;
  return error.retryAfter === null ? null : error.retryAfter * 1000;
}

/** The right class for `errors` of a GraphQL answer. */
export function errorOf(
  errors: readonly AnswerError[],
  requestId: string | null,
  data: unknown = null,
): AntiphonError {
  const [first] = errors;
  const named = requestId ?? stringOf(first?.extensions?.['requestId']);
  if (first === undefined || codeOf(first) !== 'RATE_LIMITED') {
    return new GraphQLRequestError(errors, named, data);
  }
  const retryAfter = first.extensions?.['retryAfter'];
  return new RateLimitedError(
    first.message,
    named,
    typeof retryAfter === 'number' ? retryAfter : null,
  );
}

function codeOf(error: AnswerError | undefined): string | null {
  return stringOf(error?.extensions?.['code']);
}

function stringOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
