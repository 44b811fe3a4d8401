/**
 * Serves the page of each location at `/<externalId>`:
 *
 *     ANTIPHON_URL=http://localhost:4000 STOREFRONT_KEY=ant_pub_… node clients/storefront/example/server.ts
 */
import { createServer } from 'node:http';
import { env, stdout } from 'node:process';
import { createStorefrontClient, NetworkError } from '../src/index.ts';
import { locationPage } from './location-page.ts';

const client = createStorefrontClient({
  url: env['ANTIPHON_URL'] ?? 'http://localhost:4000',
  key: env['STOREFRONT_KEY'] ?? '',
  timeoutMs: 2_000,
});

async function page(target: string): Promise<{ status: number; html: string }> {
  const { pathname, searchParams } = new URL(target, 'http://shop');
  const externalId = decodeURIComponent(pathname.slice(1));
  try {
    const html = await locationPage(client, externalId, searchParams.get('after'));
    return html === null ? { status: 404, html: 'No such location.' } : { status: 200, html };
  } catch (error) {
    // A shop goes on without its reviews.
    if (error instanceof NetworkError) return { status: 503, html: 'No reviews at the moment.' };
    throw error;
  }
}

const server = createServer((request, response) => {
  page(request.url ?? '/')
    .then(({ status, html }) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    })
    .catch((error: unknown) => {
      stdout.write(`${String(error)}\n`);
      response.writeHead(500).end('This page is broken.');
    });
});
server.listen(Number(env['PORT'] ?? 3000), () => {
  stdout.write(`${JSON.stringify(server.address())}\n`);
});
