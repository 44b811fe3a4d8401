import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../testkit/until.ts';
import { RawSocket } from './raw-socket.ts';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { bearer, http } from './transports.ts';

const PER_KEY = 3;

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer({ limits: { connectionsPerKey: PER_KEY } });
});

afterAll(async () => {
  await server.close();
});

/** Nothing is left of those who went, and nothing went wrong. */
afterEach(async () => {
  server.asked.ms = 0;
  await until('nothing is left', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const left = ['connections', 'subscriptions'].flatMap((what) =>
      [...text.matchAll(new RegExp(`^antiphon_${what}{.*} (\\d+)$`, 'gm'))].map(([, n]) => n),
    );
    return left.every((n) => n === '0') && text.includes('antiphon_feed_hub{what="members"} 0');
  });
  const sockets = await Promise.all(
    Array.from({ length: PER_KEY }, () => new RawSocket(server.wsUrl).greet(KEYS.secret)),
  );
  for (const { socket, closed } of sockets) {
    socket.close();
    await closed;
  }
  expect((await http.run(server, KEYS.secret, { query: '{ hello }' })).data).toBeTruthy();
  expect(server.log.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
});

/** Sends a request, and hangs up after so many milliseconds. */
async function leaveAfter(ms: number, path: string, accept: string, query: string): Promise<void> {
  const hangUp = new AbortController();
  const answer = fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { ...bearer(KEYS.secret), 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
    signal: hangUp.signal,
  }).then((response) => response.text());
  await Promise.all([sleep(ms).then(() => hangUp.abort()), answer.catch(() => undefined)]);
}

const MOMENTS = [0, 5, 30, 60, 100, 200];
const FOLLOW = 'subscription { thingAdded { seq } }';

describe('a client that leaves', () => {
  it('before its query is answered', async () => {
    server.asked.ms = 50;
    for (const ms of MOMENTS) {
      await leaveAfter(ms, '/graphql', 'application/json', '{ slow(ms: 50) long(bytes: 3000000) }');
    }
  });

  it.each([
    ['a query', '{ slow(ms: 50) long(bytes: 3000000) }'],
    ['a subscription', FOLLOW],
  ])('an event stream at any moment of %s', async (_what, query) => {
    server.asked.ms = 50;
    for (const ms of MOMENTS) await leaveAfter(ms, '/graphql/stream', 'text/event-stream', query);
  });

  it('a WebSocket while it is being let in', async () => {
    server.asked.ms = 100;
    for (let i = 0; i < PER_KEY + 2; i++) {
      const socket = await new RawSocket(server.wsUrl).open();
      socket.send({ type: 'connection_init', payload: bearer(KEYS.secret) });
      await sleep(20);
      socket.socket.terminate();
    }
    await sleep(200);
  });

  it('a WebSocket with operations under way', async () => {
    for (const ms of MOMENTS) {
      const socket = await new RawSocket(server.wsUrl).greet(KEYS.secret);
      socket.subscribe('1', FOLLOW);
      socket.subscribe('2', '{ slow(ms: 50) long(bytes: 3000000) }');
      await sleep(ms);
      socket.socket.terminate();
    }
  });

  it('while events come', async () => {
    for (const ms of MOMENTS) {
      const leaving = leaveAfter(ms, '/graphql/stream', 'text/event-stream', FOLLOW);
      const socket = await new RawSocket(server.wsUrl).greet(KEYS.secret);
      socket.subscribe('1', FOLLOW);
      await server.commit(20);
      socket.socket.terminate();
      await server.commit(20);
      await leaving;
    }
  });
});
