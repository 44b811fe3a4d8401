import { CommandError, ExitCode } from './exit-codes.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** An error of a GraphQL answer, as far as the commands look at it. */
export interface AnswerError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** What GraphQL answers, from whichever transport. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly AnswerError[] | undefined;
}

/** Codes that say nothing about the request: the same may succeed later. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'TOO_MANY_CONNECTIONS',
  'TOO_MANY_OPERATIONS',
  'TIMEOUT',
  'REQUEST_TIMEOUT',
  'SHUTTING_DOWN',
  'INTERNAL_SERVER_ERROR',
]);
const REFUSING_CODES: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);

/** A request that was not carried out. */
export class RequestFailed extends CommandError {
  /** Of the first GraphQL error; null where there was no GraphQL answer. */
  readonly code: string | null;
  /** Whether the same request may succeed later. */
  readonly isPassing: boolean;
  /** How long the server wants to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    details: { code: string | null; isPassing: boolean; retryAfterMs?: number | null },
    options?: ErrorOptions,
  ) {
    const isRefused = details.code !== null && !REFUSING_CODES.has(details.code);
    super(message, isRefused ? ExitCode.FAILURE : ExitCode.UNREACHABLE, options);
    this.code = details.code;
    this.isPassing = details.isPassing;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** There is no connection, or it broke: the same may succeed later. */
export function noConnection(message: string, cause: unknown): RequestFailed {
  return new RequestFailed(message, { code: null, isPassing: true }, { cause });
}

/** Something else than GraphQL was answered: mostly by what stands before the server. */
export function noGraphQL(
  message: string,
  status: number,
  retryAfterMs: number | null,
): RequestFailed {
  if (status === 413) {
    return new RequestFailed(message, { code: 'REQUEST_TOO_LARGE', isPassing: false });
  }
  const isPassing = status >= 500 || status === 408 || status === 429;
  return new RequestFailed(message, { code: null, isPassing, retryAfterMs });
}

/**
 * The data of an answer.
 * @throws RequestFailed where the answer has errors: no command asks for what may be missing
 */
export function dataOf<Data>({ data, errors }: Answer): Data {
  const first = errors?.[0];
  if (first === undefined) return data as Data;
  const code = first.extensions?.['code'];
  const retryAfter = first.extensions?.['retryAfter'];
  throw new RequestFailed(errors?.map(tell).join('\n') ?? first.message, {
    code: typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR',
    isPassing: typeof code !== 'string' || PASSING_CODES.has(code),
    retryAfterMs: typeof retryAfter === 'number' ? retryAfter * 1000 : null,
  });
}

function tell({ message, extensions }: AnswerError): string {
  const requestId = extensions?.['requestId'];
  return typeof requestId === 'string' ? `${message} (request ${requestId})` : message;
}
