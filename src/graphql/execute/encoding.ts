import type { ExecutionResult } from 'graphql';
import { textOf, type Utf8, utf8Of } from '../../db/read/utf8.ts';

type Extensions = Readonly<Record<string, unknown>>;

/**
 * A result whose `data` was made as text. It becomes objects only for those who look at it. A class,
 * because a WeakMap from results to their texts keeps each text until the next big collection: it was
 * two fifths of the server's time.
 */
class TextResult implements ExecutionResult {
  readonly #data: Utf8;
  readonly extensions?: Extensions;

  constructor(data: Utf8, extensions?: Extensions) {
    this.#data = data;
    if (extensions !== undefined) this.extensions = extensions;
  }

  get data(): NonNullable<ExecutionResult['data']> {
    return JSON.parse(textOf(this.#data)) as NonNullable<ExecutionResult['data']>;
  }

  with(extensions: Extensions): TextResult {
    return new TextResult(this.#data, { ...this.extensions, ...extensions });
  }

  encoded(): Utf8 {
    const { extensions } = this;
    const tail = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
    return `{"data":${this.#data}${utf8Of(tail)}}` as Utf8;
  }
}

/** A result whose `data` is this JSON. */
export function resultOfText(data: Utf8): ExecutionResult {
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
export function encodeResult(result: ExecutionResult): Utf8 {
  if (result instanceof TextResult) return result.encoded();
  const { errors, data, extensions } = result;
  // Errors first: https://spec.graphql.org/draft/#note-19ca4
  return utf8Of(JSON.stringify({ errors, data, extensions }));
}

const encoded = new WeakMap<ExecutionResult, string>();

/**
 * The same for a result of a subscription: the members of a cohort get the same object, which is
 * turned into text once for all of them.
 */
export function encodeShared(result: ExecutionResult): string {
  let text = encoded.get(result);
  if (text === undefined) {
    text = textOf(encodeResult(result));
    encoded.set(result, text);
  }
  return text;
}
