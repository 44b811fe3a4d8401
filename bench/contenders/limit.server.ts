import { createServer, type IncomingMessage } from 'node:http';
import type pg from 'pg';
import { inbox, metricView, nestedList, storefrontPage } from './limit.reads.ts';
import { draftJson, importJson, publishJson } from './limit.writes.ts';
import { callerOf, listen, openPool } from './serving.ts';

type Route = (pool: pg.Pool, organizationId: string, variables: never) => Promise<string>;

/** Storefronts' questions select what is public; the others are for secret keys alone. */
const ROUTES: Readonly<Record<string, { readonly answer: Route; readonly isPublic: boolean }>> = {
  '/storefront-page': { answer: storefrontPage, isPublic: true },
  '/nested-list': { answer: nestedList, isPublic: true },
  '/metric-view': { answer: metricView, isPublic: false },
  '/inbox': { answer: inbox, isPublic: false },
  '/draft': { answer: draftJson, isPublic: false },
  '/publish': { answer: publishJson, isPublic: false },
  '/import': { answer: importJson, isPublic: false },
};

const pool = openPool();

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });
}

async function answer(request: IncomingMessage): Promise<string> {
  const route = ROUTES[request.url ?? ''];
  if (route === undefined) throw new Error(`no such question: ${request.url}`);
  const caller = callerOf(request.headers.authorization);
  if (caller.publicOnly && !route.isPublic) throw new Error('not for storefronts');
  const variables = JSON.parse(await bodyOf(request)) as never;
  return `{"data":${await route.answer(pool, caller.organizationId, variables)}}`;
}

listen(
  createServer((request, response) => {
    answer(request).then(
      (json) => {
        const headers = {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(json),
        };
        response.writeHead(200, headers).end(json);
      },
      (error: Error) => response.writeHead(500).end(JSON.stringify({ errors: [error.message] })),
    );
  }),
);
