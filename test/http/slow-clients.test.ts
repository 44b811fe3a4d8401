import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../testkit/until.ts';
import { converse, RawSocket } from './raw-socket.ts';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { overWebSocket } from './subscribers.ts';
import { bearer, http } from './transports.ts';

/** Large enough that a few of them fill the buffers of the kernel, too. */
const PADDING = 300_000;
const FOLLOW = `subscription { thingAdded(padding: ${PADDING}) { seq pad } }`;

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer({
    hubOptions: { batchSize: 10, queueLimit: 10 },
    limits: {
      stallTimeoutMs: 600,
      bufferedBytes: 2_000_000,
      headersTimeoutMs: 400,
      requestTimeoutMs: 2_500,
    },
  });
});

afterAll(async () => {
  await server.close();
});

const port = () => Number(new URL(server.url).port);
const rawOf = ({ socket }: RawSocket) => (socket as unknown as { _socket: Socket })._socket;

async function follows(count: number): Promise<void> {
  await until('all follow', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return text.includes(`antiphon_feed_hub{what="live"} ${count}`);
  });
}

describe('a reader that is too slow', () => {
  it('is told where to go on, and holds back nobody', async () => {
    const slow = await new RawSocket(server.wsUrl).greet(KEYS.secret);
    const quick = overWebSocket(server, KEYS.secret, { query: FOLLOW });
    slow.subscribe('1', FOLLOW);
    await follows(2);
    rawOf(slow).pause();
    for (let i = 1; i <= 40; i++) {
      await server.commit(1);
      await until('the quick one has it', () => quick.results.length === i);
    }
    rawOf(slow).resume();
    const error = await slow.until(({ type }) => type === 'error');
    expect(error.payload).toEqual([
      expect.objectContaining({
        extensions: { code: 'FEED_SLOW_READER', cursor: expect.any(String) },
      }),
    ]);
    expect(slow.messages.filter(({ type }) => type === 'next').length).toBeLessThan(40);
    quick.stop();
    slow.socket.close();
    await until('both have left', async () => (await connections('websocket')) === 0);
  });

  it('of many answers at a time is sent away', async () => {
    const socket = await new RawSocket(server.wsUrl).greet(KEYS.secret);
    rawOf(socket).pause();
    for (let i = 0; i < 30; i++) socket.subscribe(String(i), '{ long(bytes: 500000) }');
    await until('it was sent away', async () => (await connections('websocket')) === 0);
    rawOf(socket).resume();
    expect((await socket.closed).code).toBe(1006);
  });

  it('of an event stream is cut off', async () => {
    const response = await openStream(FOLLOW);
    response.pause();
    await follows(1);
    for (let i = 0; i < 30; i++) await server.commit(1);
    await until('it was cut off', async () => (await connections('sse')) === 0);
    response.destroy();
  });
});

describe('another end that is gone without a word', () => {
  it('is found out by a ping', async () => {
    const pinging = await openSampleServer({ limits: { pingIntervalMs: 300 } });
    const mute = { autoPong: false };
    const silent = await new RawSocket(pinging.wsUrl, undefined, mute).greet(KEYS.secret);
    const present = await new RawSocket(pinging.wsUrl).greet(KEYS.secret);
    expect(await silent.closed).toMatchObject({ code: 1006 });
    await sleep(900);
    expect(present.socket.readyState).toBe(present.socket.OPEN);
    await pinging.close();
  });
});

describe('a request that comes drop by drop', () => {
  it('is given up while its head is not there', async () => {
    const { answer, ms } = await converse(port(), async (send) => {
      send('POST /graphql HTTP/1.1\r\nHost: x\r\n');
      for (let i = 0; i < 4; i++) {
        await sleep(100);
        send(`x-${i}: y\r\n`);
      }
    });
    expect(answer).toContain('408');
    expect(ms).toBeLessThan(2_000);
  });

  it('is given up while its body is not there', async () => {
    const { answer, ms } = await converse(port(), (send) => {
      send(
        [
          'POST /graphql HTTP/1.1',
          'Host: x',
          `Authorization: Bearer ${KEYS.secret}`,
          'Content-Type: application/json',
          'Content-Length: 1000',
          '',
          '{"query":',
        ].join('\r\n'),
      );
    });
    expect(answer).toContain('408');
    expect(ms).toBeLessThan(5_000);
  });

  it('does not keep others from being answered', async () => {
    const crowd = Array.from({ length: 50 }, () =>
      converse(port(), (send) => send('POST /graphql HTTP/1.1\r\nHost: x\r\n')),
    );
    const answer = await http.run(server, KEYS.secret, { query: '{ hello }' });
    expect(answer.data).toEqual({ hello: 'Hello world' });
    await Promise.all(crowd);
  });
});

async function connections(transport: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(
    new RegExp(`antiphon_connections{transport="${transport}"} (\\d+)`).exec(text)?.[1] ?? 0,
  );
}

async function openStream(query: string): Promise<IncomingMessage> {
  const request = httpRequest(`${server.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      ...bearer(KEYS.secret),
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
  });
  request.end(JSON.stringify({ query }));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}
