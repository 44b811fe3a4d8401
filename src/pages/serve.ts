import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Page, Pages } from './pages.ts';

const compress = promisify(gzip);
/** Compressed when first asked for, since most starts never open GraphiQL's megabytes. */
const compressed = new WeakMap<Page, Promise<Buffer>>();

/**
 * Answers a request for one of the pages.
 *
 * @returns false, with nothing written, where the path is not a page or the method not GET or HEAD.
 */
export async function servePage(
  pages: Pages,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { method, headers, url = '/' } = request;
  const page = pages.get(url.split('?', 1)[0] ?? '/');
  if (page === undefined || (method !== 'GET' && method !== 'HEAD')) return false;
  response.setHeader('cache-control', page.cacheControl);
  response.setHeader('content-security-policy', page.contentSecurityPolicy);
  response.setHeader('etag', page.etag);
  response.setHeader('vary', 'accept-encoding');
  response.setHeader('x-content-type-options', 'nosniff');
  if (headers['if-none-match'] === page.etag) {
    response.writeHead(304).end();
    return true;
  }
  const zipped = /\bgzip\b/.test(headers['accept-encoding']?.toString() ?? '') && isText(page);
  const body = zipped ? await gzipped(page) : page.body;
  if (zipped) response.setHeader('content-encoding', 'gzip');
  response.writeHead(200, { 'content-type': page.contentType, 'content-length': body.length });
  response.end(method === 'HEAD' ? undefined : body);
  return true;
}

function gzipped(page: Page): Promise<Buffer> {
  const known = compressed.get(page);
  if (known !== undefined) return known;
  const made = compress(page.body);
  compressed.set(page, made);
  return made;
}

function isText(page: Page): boolean {
  return /^(text\/|application\/(javascript|json)|image\/svg)/.test(page.contentType);
}
