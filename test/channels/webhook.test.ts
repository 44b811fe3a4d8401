import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { isPublicAddress } from '../../src/channels/addresses.ts';
import { DeliveryError } from '../../src/channels/delivery-error.ts';
import { createWebhookChannel } from '../../src/channels/webhook.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes').toString('base64')}`;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let url: string;
const calls: Call[] = [];
/** What each further call is answered; the last for all that follow. Null: nothing. */
let answers: ({ status: number; location?: string } | null)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      calls.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer == null) return;
      response.writeHead(answer.status, answer.location ? { location: answer.location } : {});
      response.end('x'.repeat(100_000));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(
  () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    }),
);
beforeEach(() => {
  calls.length = 0;
  answers = [{ status: 200 }];
});

const channel = (options = {}) =>
  createWebhookChannel({ allowPrivate: true, backoffMs: [5, 5], timeoutMs: 300, ...options });
const send = (options = {}, to = url) =>
  channel(options).send({ url: to, secret: SECRET, id: 'inv_1.0', payload: { hello: 'wörld' } });
const failure = (sent: Promise<void>) =>
  sent.then(
    () => null,
    (error: unknown) => error as DeliveryError,
  );

describe('a webhook', () => {
  it('is a call that the receiver can prove to be ours', async () => {
    await send();
    const [call] = calls as [Call];
    expect(call).toMatchObject({
      ...{ method: 'POST', path: '/hook' },
      headers: { 'content-type': 'application/json', 'webhook-id': 'inv_1.0' },
    });
    const headers = call.headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(call.body, headers)).toEqual({ hello: 'wörld' });
    expect(() => new Webhook(SECRET).verify(call.body.replace('ö', 'o'), headers)).toThrow();
    const other = `whsec_${Buffer.from('another secret of some bytes').toString('base64')}`;
    expect(() => new Webhook(other).verify(call.body, headers)).toThrow();
  });

  it('is tried again, by the same id, while the receiver is out of order', async () => {
    answers = [{ status: 503 }, { status: 429 }, { status: 204 }];
    await send();
    expect(calls.map(({ headers }) => headers['webhook-id'])).toEqual(Array(3).fill('inv_1.0'));
    calls.length = 0;
    answers = [{ status: 500 }];
    expect(await failure(send())).toMatchObject({ isTransient: true });
    expect(calls).toHaveLength(3);
  });

  it('that is refused is not tried again', async () => {
    answers = [{ status: 410 }];
    expect(await failure(send())).toMatchObject({ isTransient: false });
    expect(calls).toHaveLength(1);
  });

  it('follows no redirect', async () => {
    answers = [{ status: 307, location: url }];
    expect(await failure(send())).toMatchObject({
      ...{ isTransient: false, message: 'The receiver answered 307.' },
    });
    expect(calls).toHaveLength(1);
  });

  it('that is not answered is given up', async () => {
    answers = [null];
    const error = await failure(send({ backoffMs: [] }));
    expect(error).toMatchObject({ isTransient: true, message: expect.stringContaining('300 ms') });
  });

  it.each([
    ['http://127.0.0.1:1/', 'not https'],
    ['https://127.0.0.1/', 'private network'],
    ['https://[::1]/', 'private network'],
    ['https://[::ffff:10.0.0.1]/', 'private network'],
    ['https://169.254.169.254/latest/meta-data', 'private network'],
    ['https://0x7f000001/', 'private network'],
    ['https://localhost/', 'private network'],
    ['https://user:password@example.com/', 'password'],
    ['ftp://example.com/', 'https'],
    ['nonsense', 'https'],
  ])('does not call %s', async (address, reason) => {
    const error = await failure(send({ allowPrivate: false }, address));
    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject({ isTransient: false, message: expect.stringContaining(reason) });
    expect(calls).toEqual([]);
  });
});

describe('an address', () => {
  it.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1::1', true],
    ['10.1.2.3', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['192.168.0.1', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['::ffff:93.184.216.34', false],
    ['64:ff9b::a00:1', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['2001:db8::1', false],
    ['2002:a00:1::', false],
    ['example.com', false],
  ])('%s is public: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });
});
