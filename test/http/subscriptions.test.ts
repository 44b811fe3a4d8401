import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../testkit/until.ts';
import { executions } from './sample-schema.ts';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { type Subscriber, SUBSCRIBERS } from './subscribers.ts';

const FOLLOW = 'subscription ($after: String) { thingAdded(after: $after) { seq } }';

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer({
    hubOptions: { batchSize: 10, queueLimit: 50 },
  });
});

afterAll(async () => {
  await server.close();
});

beforeEach(() => {
  executions.count = 0;
});

const seqsOf = ({ results }: Subscriber) =>
  results.map(({ data }) => (data?.['thingAdded'] as { seq: number }).seq);

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const value = new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1];
  return value === undefined ? NaN : Number(value);
}

const members = () => metric('antiphon_feed_hub{what="members"}');
const live = () => metric('antiphon_feed_hub{what="live"}');

describe.each(SUBSCRIBERS)('over $name', ({ subscribe }) => {
  const follow = (
    query = FOLLOW,
    variables: Record<string, unknown> = {},
    key: string = KEYS.secret,
  ) => subscribe(server, key, { query, variables });

  it('delivers each event once, in order, from where it was asked to', async () => {
    const before = await lastSeq();
    await server.commit(25);
    const subscriber = follow(FOLLOW, { after: String(before + 5) });
    await until('it has caught up', () => subscriber.results.length === 20);
    await server.commit(2);
    await until('it has the live ones too', () => subscriber.results.length === 22);
    subscriber.stop();
    expect(seqsOf(subscriber)).toEqual(Array.from({ length: 22 }, (_, i) => before + 6 + i));
    await until('it has left', async () => (await members()) === 0);
  });

  it('executes once for all who ask alike, wherever each began', async () => {
    const before = await lastSeq();
    const subscribers = [{}, {}, { after: String(before) }].map((each) => follow(FOLLOW, each));
    await until('all follow', async () => (await live()) === 3);
    expect(await metric('antiphon_feed_hub{what="cohorts"}')).toBe(1);
    executions.count = 0;
    await server.commit(1);
    for (const subscriber of subscribers) {
      await until('it has the event', () => subscriber.results.length === 1);
      subscriber.stop();
    }
    expect(executions.count).toBe(1);
    await until('all have left', async () => (await members()) === 0);
  });

  it('does not share between different rights, and shows nobody in particular what is shared', async () => {
    const caller = server.callers.get(KEYS.secret);
    if (!caller) throw new Error('no caller');
    const twin = 'ant_sec_twin';
    const lesser = 'ant_sec_lesser';
    server.callers.set(twin, { ...caller, keyId: 'key-twin' });
    server.callers.set(lesser, { ...caller, keyId: 'key-lesser', scopes: new Set(['feed:read']) });
    const query = 'subscription { thingAdded { seq keyId } }';
    const subscribers = [KEYS.secret, twin, lesser].map((key) => follow(query, {}, key));
    await until('all follow', async () => (await live()) === 3);
    expect(await metric('antiphon_feed_hub{what="cohorts"}')).toBe(2);
    await server.commit(1);
    for (const subscriber of subscribers) {
      await until('it has the event', () => subscriber.results.length === 1);
      expect(subscriber.results[0]?.data?.['thingAdded']).toMatchObject({ keyId: null });
      subscriber.stop();
    }
    await until('all have left', async () => (await members()) === 0);
  });

  it('refuses a cursor that the feed does not take', async () => {
    const end = await follow(FOLLOW, { after: 'yesterday' }).end;
    expect(end.errors?.[0]?.extensions).toEqual({ code: 'FEED_CURSOR_INVALID' });
  });

  it('refuses a document as for a query', async () => {
    const end = await follow('subscription { thingRemoved { seq } }').end;
    expect(end.errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('delivers an event with a fault in it, masked, and goes on', async () => {
    const subscriber = follow('subscription { thingAdded { seq fault } }');
    await until('it follows', async () => (await live()) === 1);
    await server.commit(1);
    await server.commit(1);
    await until('both have come', () => subscriber.results.length === 2);
    for (const { data, errors } of subscriber.results) {
      expect(data?.['thingAdded']).toMatchObject({ fault: null });
      expect(errors?.[0]?.message).toBe('Internal error');
      expect(errors?.[0]?.extensions?.['code']).toBe('INTERNAL_SERVER_ERROR');
    }
    subscriber.stop();
    await until('it has left', async () => (await members()) === 0);
  });
});

async function lastSeq(): Promise<number> {
  const [row] = await server.db.system<{ last_seq: number }>(
    'select last_seq from feed_counter where organization_id = $1',
    [server.organizationId],
  );
  return row?.last_seq ?? 0;
}
