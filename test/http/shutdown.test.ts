import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../testkit/until.ts';
import { converse, RawSocket } from './raw-socket.ts';
import { done } from './sample-schema.ts';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { overEventStream, overWebSocket } from './subscribers.ts';
import { http, TRANSPORTS, websocket } from './transports.ts';

const FOLLOW = { query: 'subscription { thingAdded { seq } }' };

async function follows(server: SampleServer, count: number): Promise<void> {
  await until('all follow', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return text.includes(`antiphon_feed_hub{what="live"} ${count}`);
  });
}

describe('a server that shuts down', () => {
  it.each(TRANSPORTS)('answers what is under way over $name', async (transport) => {
    const server = await openSampleServer();
    done.length = 0;
    const query = 'mutation { act(what: "to the end", ms: 500) }';
    const answer = transport.run(server, KEYS.secret, { query });
    await until('it has begun', () => server.asked.count === 1);
    await sleep(100);
    const at = performance.now();
    const closing = server.close();
    expect(await answer).toMatchObject({ data: { act: true } });
    await closing;
    expect(done).toEqual(['to the end']);
    expect(performance.now() - at).toBeLessThan(5_000);
  });

  it('sends subscribers away, who then resume elsewhere', async () => {
    const server = await openSampleServer();
    const socket = overWebSocket(server, KEYS.secret, FOLLOW);
    const stream = overEventStream(server, KEYS.secret, FOLLOW);
    await follows(server, 2);
    const at = performance.now();
    await server.close();
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(await socket.end).toEqual({ closed: 1001 });
    // Broken, and not completed: a client that was told that all is complete would not come back.
    expect(await stream.end).toEqual({ status: 0 });
  });

  it('takes nobody new', async () => {
    const server = await openSampleServer();
    const slow = http.run(server, KEYS.secret, { query: '{ slow(ms: 500) }' });
    const open = await new RawSocket(server.wsUrl).greet(KEYS.secret);
    open.subscribe('1', '{ slow(ms: 500) }');
    await sleep(100);
    const closing = server.server.close();
    open.subscribe('2', '{ hello }');
    const refused = await open.until(({ type }) => type === 'error');
    expect(refused).toMatchObject({
      id: '2',
      payload: [{ extensions: { code: 'SHUTTING_DOWN' } }],
    });
    await expect(http.run(server, KEYS.secret, { query: '{ hello }' })).rejects.toThrow();
    await expect(new RawSocket(server.wsUrl).open()).rejects.toThrow();
    await open.until(({ type, id }) => type === 'complete' && id === '1');
    expect(await open.closed).toMatchObject({ code: 1001 });
    expect(await slow).toMatchObject({ data: { slow: 'at last' } });
    await closing;
    await server.close();
  });

  it('is not ready meanwhile', async () => {
    const server = await openSampleServer();
    const { answer } = await converse(Number(new URL(server.url).port), async (send) => {
      send('GET /readyz HTTP/1.1\r\nHost: x\r\n');
      await sleep(100);
      void server.server.close();
      await sleep(50);
      send('\r\n');
    });
    expect(answer).toContain('503');
    expect(answer).toContain('{"status":"not ready","reasons":["shutting down"]}');
    expect(answer.toLowerCase()).toContain('connection: close');
    await server.close();
  });

  it('waits no longer than it may', async () => {
    const server = await openSampleServer({ limits: { shutdownGraceMs: 300 } });
    const query = { query: '{ slow(ms: 3000) }' };
    const answers = [http, websocket].map((transport) => transport.run(server, KEYS.secret, query));
    const outcomes = Promise.allSettled(answers);
    await until('both have begun', () => server.asked.count === 2);
    await sleep(100);
    const at = performance.now();
    await server.server.close();
    expect(performance.now() - at).toBeLessThan(2_000);
    const [overHttp, overSocket] = await outcomes;
    expect(overHttp?.status).toBe('rejected');
    expect(overSocket).toMatchObject({ value: { closed: 1006 } });
    await server.close();
  });

  it('may be told to twice', async () => {
    const server = await openSampleServer();
    await Promise.all([server.server.close(), server.server.close()]);
    await server.close();
  });
});
