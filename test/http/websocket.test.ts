import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOSE_CODES } from '../../src/http/close-codes.ts';
import { until } from '../testkit/until.ts';
import { RawSocket } from './raw-socket.ts';
import { KEYS, openSampleServer, type SampleServer, SHOP } from './sample-server.ts';
import { bearer } from './transports.ts';

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer({
    limits: {
      messageBytes: 10_000,
      connectionInitTimeoutMs: 300,
      operationsPerSocket: 3,
      connectionsPerKey: 4,
    },
  });
});

afterAll(async () => {
  await server.close();
});

const connect = (key: string | null = KEYS.secret) => new RawSocket(server.wsUrl).greet(key);

describe('a socket is closed', () => {
  it('when it does not say hello in time', async () => {
    const socket = await new RawSocket(server.wsUrl).open();
    expect(await socket.closed).toMatchObject({ code: 4408 });
  });

  it('when it asks before it was let in', async () => {
    const socket = await new RawSocket(server.wsUrl).open();
    socket.subscribe('1', '{ hello }');
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  it('when its key is not good, saying why', async () => {
    const socket = new RawSocket(server.wsUrl);
    await expect(socket.greet('ant_sec_nobody')).rejects.toThrow('closed with 4401');
    expect(await socket.closed).toEqual({ code: 4401, reason: 'This key is not known.' });
  });

  it('when it says hello twice', async () => {
    const socket = await connect();
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toMatchObject({ code: 4429 });
  });

  it('when it uses an id twice at a time', async () => {
    const socket = await connect();
    socket.subscribe('1', '{ slow(ms: 200) }');
    socket.subscribe('1', '{ hello }');
    expect(await socket.closed).toMatchObject({ code: 4409 });
  });

  it.each(['nonsense', '{"type":"unknown"}', '{"type":"subscribe"}', '[]'])(
    'when it sends %s',
    async (message) => {
      const socket = await connect();
      socket.send(message);
      expect(await socket.closed).toMatchObject({ code: 4400 });
    },
  );

  it('when it speaks another protocol', async () => {
    const other = new RawSocket(server.wsUrl, null);
    expect(await other.closed).toMatchObject({ code: 4406 });
  });

  it('when a message is larger than is taken', async () => {
    const socket = await connect();
    socket.subscribe('1', `{ hello } # ${'x'.repeat(10_000)}`);
    expect(await socket.closed).toMatchObject({ code: CLOSE_CODES.messageTooBig });
  });

  it('when a message in many pieces is larger than is taken', async () => {
    const { socket, closed } = await connect();
    for (let i = 0; i < 20; i++) socket.send('x'.repeat(1_000), { fin: false });
    expect(await closed).toMatchObject({ code: CLOSE_CODES.messageTooBig });
  });

  it('when it comes from an origin that its key does not name', async () => {
    const from = (origin: string) => new RawSocket(server.wsUrl, undefined, { origin });
    const other = from('https://evil.test');
    await expect(other.greet(KEYS.bound)).rejects.toThrow('closed with 4403');
    expect(await other.closed).toEqual({
      code: 4403,
      reason: 'This key may not be used from this origin.',
    });
    const own = await from(SHOP).greet(KEYS.bound);
    own.socket.close();
  });

  it('when its key holds as many as it may', async () => {
    const sockets = await Promise.all([1, 2, 3, 4].map(() => connect(KEYS.publishable)));
    await expect(connect(KEYS.publishable)).rejects.toThrow('closed with 1013');
    sockets[0]?.socket.close();
    await sockets[0]?.closed;
    sockets[0] = await connect(KEYS.publishable);
    for (const { socket } of sockets) socket.close();
  });
});

describe('a socket', () => {
  it('may bring its key in the header of the upgrade', async () => {
    const socket = new RawSocket(server.wsUrl, undefined, { headers: bearer(KEYS.secret) });
    await socket.greet(null);
    socket.subscribe('1', '{ hello }');
    expect(await socket.until(({ type }) => type === 'next')).toMatchObject({
      payload: { data: { hello: 'Hello world' } },
    });
    socket.socket.close();
  });

  it('runs several operations at a time, and no more than it may', async () => {
    const socket = await connect();
    for (const id of ['1', '2', '3', '4']) socket.subscribe(id, '{ slow(ms: 100) }');
    const refused = await socket.until(({ type }) => type === 'error');
    expect(refused).toMatchObject({
      id: '4',
      payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }],
    });
    for (const each of ['1', '2', '3']) {
      await socket.until(({ type, id }) => type === 'complete' && id === each);
    }
    socket.subscribe('5', '{ hello }');
    await socket.until(({ type, id }) => type === 'complete' && id === '5');
    socket.socket.close();
  });

  it('is answered when it pings', async () => {
    const socket = await connect();
    socket.send({ type: 'ping', payload: { n: 1 } });
    expect(await socket.until(({ type }) => type === 'pong')).toMatchObject({ payload: { n: 1 } });
    socket.socket.close();
  });

  it('gets nothing more of a subscription that it has completed', async () => {
    const socket = await connect();
    socket.subscribe('1', 'subscription { thingAdded { seq } }');
    await sleep(100);
    await server.commit(1);
    await socket.until(({ type }) => type === 'next');
    socket.send({ id: '1', type: 'complete' });
    await sleep(50);
    await server.commit(1);
    await sleep(200);
    expect(socket.messages.filter(({ type }) => type === 'next')).toHaveLength(1);
    expect(socket.messages.filter(({ type }) => type === 'complete')).toEqual([]);
    socket.socket.close();
  });

  it('is found nowhere else', async () => {
    const socket = new RawSocket(server.wsUrl.replace('/graphql', '/other'));
    await expect(socket.open()).rejects.toThrow('404');
  });

  it('leaves nothing behind', async () => {
    const socket = await connect();
    socket.subscribe('1', 'subscription { thingAdded { seq } }');
    await sleep(50);
    socket.socket.terminate();
    await until('all is tidied up', async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return (
        text.includes('antiphon_connections{transport="websocket"} 0') &&
        text.includes('antiphon_subscriptions{transport="websocket"} 0') &&
        text.includes('antiphon_feed_hub{what="members"} 0')
      );
    });
    expect(server.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
