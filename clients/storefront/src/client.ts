import { createRequestClient, type RequestClient } from '../../core/src/request-client.ts';
import type { RequestClientOptions } from '../../core/src/request-client.ts';

export type { RequestDocument } from '../../core/src/document.ts';
export type { RequestClient, RequestOptions } from '../../core/src/request-client.ts';

/** `key` is a publishable one; `method: 'GET'` lets caches between here and the server work. */
export type StorefrontOptions = RequestClientOptions;

/**
 * The first argument of every operation. It opens nothing and needs no closing.
 * @throws Error where the key is a secret one, which a page would show to the world
 */
export function createStorefrontClient(options: StorefrontOptions): RequestClient {
  if (typeof options.key === 'string' && options.key.startsWith('ant_sec_')) {
    throw new Error(
      'This is a secret key. Use a publishable one (ant_pub_…), and revoke this one.',
    );
  }
  return createRequestClient(options);
}
