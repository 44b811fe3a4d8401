import { type AnswerError, errorOf, HttpError, RateLimitedError } from './errors.ts';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly AnswerError[];
}

/**
 * The data of an HTTP answer.
 * @throws GraphQLRequestError, RateLimitedError or HttpError where it has errors or is no GraphQL
 */
export function dataOf({ status, headers }: Response, body: string): unknown {
  const requestId = headers.get('x-request-id');
  const answer = parse(body);
  if (answer === null) {
    const retryAfter = secondsOf(headers.get('retry-after'));
    if (status !== 429) throw new HttpError(status, requestId, retryAfter);
    throw new RateLimitedError('Too many requests.', requestId, retryAfter);
  }
  if (answer.errors === undefined) return answer.data;
  throw errorOf(answer.errors, requestId, answer.data);
}

function parse(body: string): Answer | null {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== 'object' || answer === null) return null;
    return 'data' in answer || 'errors' in answer ? (answer as Answer) : null;
  } catch {
    return null;
  }
}

/** `Retry-After` is a number of seconds, or a date. */
function secondsOf(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
