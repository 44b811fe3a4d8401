import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../src/graphql/caller.ts';
import { until } from '../testkit/until.ts';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { type End, type Subscriber, SUBSCRIBERS } from './subscribers.ts';

const FOLLOW = 'subscription { thingAdded { seq } }';

let server: SampleServer;
let caller: Caller;
let next = 0;
let token: string;
let subscribed: Subscriber | undefined;

beforeAll(async () => {
  server = await openSampleServer({ limits: { revalidateMs: 300 } });
});

afterAll(async () => {
  await server.close();
});

afterEach(async () => {
  server.asked.outage = false;
  subscribed?.stop();
  await until('it has left', () => hubHas('members', 0));
});

async function hubHas(what: string, count: number): Promise<boolean> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return text.includes(`antiphon_feed_hub{what="${what}"} ${count}`);
}

/** Each test has a key of its own. */
beforeEach(() => {
  const secret = server.callers.get(KEYS.secret);
  if (!secret) throw new Error('no caller');
  token = `ant_sec_${++next}`;
  caller = { ...secret, keyId: `key-${next}`, memberId: `member-${next}` };
  server.callers.set(token, caller);
});

describe.each(SUBSCRIBERS)('over $name', ({ name, subscribe }) => {
  /** A WebSocket says it by its code, an event stream by its last result. */
  const unauthenticated =
    name === 'websocket'
      ? { closed: 4401 }
      : { errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })] };

  async function follow() {
    const subscriber = subscribe(server, token, { query: FOLLOW });
    subscribed = subscriber;
    await until('it follows', () => hubHas('live', 1));
    let end: End | undefined;
    void subscriber.end.then((how) => (end = how));
    return { ...subscriber, ended: () => end };
  }

  it('a key that is revoked ends what it holds, at once', async () => {
    const subscriber = await follow();
    // Asked again, this key would still be good.
    server.revoke({ keyId: caller.keyId });
    expect(await subscriber.end).toMatchObject(unauthenticated);
  });

  it('the revocation of another key ends nothing', async () => {
    const subscriber = await follow();
    server.revoke({ keyId: 'another' });
    await server.commit(1);
    await until('the event comes', () => subscriber.results.length === 1);
    expect(subscriber.ended()).toBeUndefined();
  });

  it('a key that expires ends what it holds at that moment', async () => {
    const expiresAt = new Date(Date.now() + 700);
    server.callers.set(token, { ...caller, expiresAt });
    const subscriber = await follow();
    expect(await subscriber.end).toMatchObject(unauthenticated);
    expect(Date.now() - expiresAt.getTime()).toBeGreaterThanOrEqual(0);
    expect(Date.now() - expiresAt.getTime()).toBeLessThan(2_000);
  });

  it('a key that is gone without a word is found out', async () => {
    const subscriber = await follow();
    server.callers.delete(token);
    const end = await subscriber.end;
    if (name === 'websocket') expect(end.closed).toBe(4401);
    else expect(end.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });

  it('a key whose rights have changed has to connect again', async () => {
    const subscriber = await follow();
    server.callers.set(token, { ...caller, scopes: new Set(['feed:read']) });
    expect(await subscriber.end).toMatchObject(unauthenticated);
  });

  it('a member who has changed is asked for at once, and stays with the same rights', async () => {
    const subscriber = await follow();
    const asked = server.asked.count;
    server.revoke({ memberId: caller.memberId });
    // Before anything else could happen.
    expect(server.asked.count).toBe(asked + 1);
    await server.commit(1);
    await until('the event comes', () => subscriber.results.length === 1);
    expect(subscriber.ended()).toBeUndefined();
  });

  it('a later end of a key is heeded', async () => {
    server.callers.set(token, { ...caller, expiresAt: new Date(Date.now() + 1_000) });
    const subscriber = await follow();
    server.callers.set(token, { ...caller, expiresAt: null });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(subscriber.ended()).toBeUndefined();
  });

  it('one who cannot be asked for may stay', async () => {
    const subscriber = await follow();
    server.asked.outage = true;
    await until('it was tried', () =>
      server.log.some((line) => line.includes('could not be asked again')),
    );
    server.asked.outage = false;
    await server.commit(1);
    await until('the event comes', () => subscriber.results.length === 1);
    expect(subscriber.ended()).toBeUndefined();
  });
});
