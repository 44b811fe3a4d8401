import type { ExecutionResult } from 'graphql';

type Extensions = Readonly<Record<string, unknown>>;

/**
 * A result whose `data` was made as text. It becomes objects only for those who look at it. A class,
 * because a WeakMap from results to their texts keeps each text until the next big collection: it was
 * two fifths of the server's time.
 */
class TextResult implements ExecutionResult {
  readonly #data: string;
  readonly extensions?: Extensions;

  constructor(data: string, extensions?: Extensions) {
    this.#data = data;
    if (extensions !== undefined) this.extensions = extensions;
  }

  get data(): NonNullable<ExecutionResult['data']> {
    return JSON.parse(this.#data) as NonNullable<ExecutionResult['data']>;
  }

  with(extensions: Extensions): TextResult {
    return new TextResult(this.#data, { ...this.extensions, ...extensions });
  }

  toString(): string {
    const { extensions } = this;
    const tail = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
    return `{"data":${this.#data}${tail}}`;
  }
}

/** A result whose `data` is this JSON. */
export function resultOfText(data: string): ExecutionResult {
  return new TextResult(data);
}

/** The same result with these extensions beside its own. */
export function withExtensions(result: ExecutionResult, extensions: Extensions): ExecutionResult {
  if (result instanceof TextResult) return result.with(extensions);
  return { ...result, extensions: { ...result.extensions, ...extensions } };
}

/** For those who take a result apart to encode it themselves. */
export function resultOfObjects(result: ExecutionResult): ExecutionResult {
  if (!(result instanceof TextResult)) return result;
  const { data, extensions } = result;
  return { data, ...(extensions && { extensions }) };
}

/** A result as JSON. */
export function encodeResult(result: ExecutionResult): string {
  if (result instanceof TextResult) return result.toString();
  const { errors, data, extensions } = result;
  // Errors first: https://spec.graphql.org/draft/#note-19ca4
  return JSON.stringify({ errors, data, extensions });
}

const encoded = new WeakMap<ExecutionResult, string>();

/**
 * The same for a result of a subscription: the members of a cohort get the same object, which is
 * turned into text once for all of them.
 */
export function encodeShared(result: ExecutionResult): string {
  let text = encoded.get(result);
  if (text === undefined) {
    text = encodeResult(result);
    encoded.set(result, text);
  }
  return text;
}
