import { NetworkError } from './errors.ts';

/** A key or token; a function is asked before each request, so that it can give a fresh one. */
export type Key = string | (() => string | Promise<string>);

export interface ConnectionOptions {
  /** Of the server, such as `https://reviews.example`; with its path, where it is below one. */
  readonly url: string;
  readonly key: Key;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/** `https://reviews.example`, from the address of a server or of its GraphQL endpoint. */
export function baseOf(url: string): string {
  return url.replace(/\/(graphql)?$/, '');
}

/** @throws NetworkError where the function gives none: tokens come from elsewhere, and may come later */
export async function authorizationOf(key: Key): Promise<string> {
  try {
    return `Bearer ${typeof key === 'function' ? await key() : key}`;
  } catch (cause) {
    throw new NetworkError('The key function failed.', null, { cause });
  }
}
