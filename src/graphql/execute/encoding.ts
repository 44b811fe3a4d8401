import type { ExecutionResult } from 'graphql';

const encoded = new WeakMap<ExecutionResult, string>();

/**
 * A result as JSON. The members of a subscription's cohort get the same object, which is turned into
 * text once for all of them.
 */
export function encodeResult(result: ExecutionResult): string {
  let text = encoded.get(result);
  if (text === undefined) {
    const { errors, data, extensions } = result;
    // Errors first: https://spec.graphql.org/draft/#note-19ca4
    text = JSON.stringify({ errors, data, extensions });
    encoded.set(result, text);
  }
  return text;
}
