import type { ExecutionResult } from 'graphql';

/** A result's `data` as JSON, where it was made as text. */
const dataTexts = new WeakMap<ExecutionResult, string>();
const encoded = new WeakMap<ExecutionResult, string>();

/** A result whose `data` is this JSON. It becomes objects only for those who look at it. */
export function resultOfText(data: string): ExecutionResult {
  const result = Object.defineProperty({}, 'data', {
    enumerable: true,
    get: () => JSON.parse(data) as ExecutionResult['data'],
  });
  dataTexts.set(result, data);
  return result;
}

/** The same result with these extensions beside its own. */
export function withExtensions(
  result: ExecutionResult,
  extensions: Readonly<Record<string, unknown>>,
): ExecutionResult {
  const all = { ...result.extensions, ...extensions };
  const text = dataTexts.get(result);
  if (text === undefined) return { ...result, extensions: all };
  return Object.assign(resultOfText(text), { extensions: all });
}

/**
 * A result as JSON. The members of a subscription's cohort get the same object, which is turned into
 * text once for all of them.
 */
export function encodeResult(result: ExecutionResult): string {
  let text = encoded.get(result);
  if (text === undefined) {
    text = encode(result);
    encoded.set(result, text);
  }
  return text;
}

function encode(result: ExecutionResult): string {
  const written = dataTexts.get(result);
  if (written !== undefined) {
    const { extensions } = result;
    const tail = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
    return `{"data":${written}${tail}}`;
  }
  const { errors, data, extensions } = result;
  // Errors first: https://spec.graphql.org/draft/#note-19ca4
  return JSON.stringify({ errors, data, extensions });
}
