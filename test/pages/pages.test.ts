/** The pages over a real HTTP server: what is sent, to whom, and under which policy. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createPages } from '../../src/pages/pages.ts';
import type { BuiltPage } from '../../src/pages/pages.ts';
import { servePage } from '../../src/pages/serve.ts';
import { startState } from '../../src/pages/start-state.ts';
import { comesFromThisMachine } from '../../src/pages/this-machine.ts';

const KEYS = { storefront: 'ant_pub_1', integrator: 'ant_sec_1', admin: 'ant_sec_2' };
const BUILT: BuiltPage[] = [
  { path: '/', file: 'start.html', contentType: 'text/html; charset=utf-8', immutable: false },
  { path: '/graphiql', file: 'g.html', contentType: 'text/html; charset=utf-8', immutable: false },
  { path: '/assets/a-1.js', file: 'a.js', contentType: 'text/javascript', immutable: true },
  { path: '/assets/f.ttf', file: 'f.ttf', contentType: 'font/ttf', immutable: true },
];

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

let directory: string;
let server: Server;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'antiphon-pages-'));
  writeFileSync(join(directory, 'pages.json'), JSON.stringify(BUILT));
  for (const { file } of BUILT) writeFileSync(join(directory, file), `content of ${file}`);
  const pages = createPages({ directory });
  server = createServer((req, res) => {
    void servePage(pages, req, res).then((served) => {
      if (served) return;
      const facts = {
        version: '1',
        ready: true,
        database: 'embedded',
        organization: null,
      } as const;
      res.end(JSON.stringify(startState({ ...facts, demoKeys: KEYS }, comesFromThisMachine(req))));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  // The Host header is part of what is tested, which fetch would not let through.
  const sent = request({ port, host: '127.0.0.1', path, method, headers });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = Buffer.concat(await response.toArray());
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

async function keysSeen(headers: Record<string, string>): Promise<unknown> {
  const { body } = await ask('/start.json', headers);
  return (JSON.parse(body.toString()) as { demoKeys: unknown }).demoKeys;
}

describe('pages', () => {
  it('are sent with their type, a policy without inline code, and an etag', async () => {
    const { status, headers, body } = await ask('/?from=readme');
    expect(status).toBe(200);
    expect(body.toString()).toBe('content of start.html');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers.etag).toMatch(/^"[\w-]{27}"$/);
  });

  it('allow GraphiQL the inline styles of its editor, and no inline script', async () => {
    const { headers } = await ask('/graphiql');
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("style-src 'self' 'unsafe-inline'");
    expect(policy).toContain("script-src 'self';");
  });

  it('are not sent again to a browser that has them', async () => {
    const { headers } = await ask('/');
    const again = await ask('/', { 'if-none-match': headers.etag ?? '' });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
  });

  it('are kept for ever where the name changes with the content', async () => {
    const { headers } = await ask('/assets/a-1.js');
    expect(headers['cache-control']).toContain('immutable');
  });

  it('are compressed for whoever takes it, fonts excepted', async () => {
    const script = await ask('/assets/a-1.js', { 'accept-encoding': 'br, gzip' });
    expect(script.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(script.body).toString()).toBe('content of a.js');
    const font = await ask('/assets/f.ttf', { 'accept-encoding': 'gzip' });
    expect(font.headers['content-encoding']).toBeUndefined();
  });

  it('answer HEAD without a body', async () => {
    const { status, headers, body } = await ask('/', {}, 'HEAD');
    expect(status).toBe(200);
    expect(headers['content-length']).toBe('21');
    expect(body).toHaveLength(0);
  });

  it('say what to do where they are not built', () => {
    const pages = createPages({ directory: join(directory, 'nowhere') });
    expect(pages.get('/')?.body.toString()).toContain('npm run build:pages');
  });
});

describe('demo keys', () => {
  it.each(['localhost', 'localhost:4000', '127.0.0.1:4000', '[::1]:4000'])(
    'are shown to a request for %s from this machine',
    async (host) => {
      expect(await keysSeen({ host })).toEqual(KEYS);
    },
  );

  it.each([
    ['by another name that points here', { host: 'evil.example' }],
    ['by a name that only starts alike', { host: 'localhost.evil.example' }],
    ['through a reverse proxy', { host: 'localhost', 'x-forwarded-for': '192.0.2.7' }],
    ['through a standard proxy', { host: 'localhost', forwarded: 'for=192.0.2.7' }],
    ['by the script of another site', { host: 'localhost', 'sec-fetch-site': 'cross-site' }],
  ])('are not shown to a request %s', async (_, headers) => {
    expect(await keysSeen(headers)).toBeNull();
  });
});
