/** Following a feed, over each transport: every event once, in order, whatever becomes of the connection. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GraphQLRequestError } from '../../clients/core/src/errors.ts';
import {
  createInternalClient,
  FeedCursorError,
  type FeedDocument,
  type FeedEvent,
  type Following,
  type FollowOptions,
  type InternalOptions,
} from '../../clients/internal/src/index.ts';
import { until } from '../testkit/until.ts';
import { cursorOf, type FeedServer, startFeedServer } from './feed-server.ts';

const ticks: FeedDocument<FeedEvent, { after?: string | null }> = {
  kind: 'subscription',
  name: 'Ticks',
  field: 'tick',
  hash: '',
  text: 'subscription Ticks($after:String){tick(after:$after){cursor}}',
};

let server: FeedServer;

beforeEach(async () => {
  server = await startFeedServer();
});
afterEach(() => server.close());

describe.each(['websocket', 'event-stream'] as const)('following over %s', (transport) => {
  function follow(
    after: string | null,
    options: FollowOptions = {},
    client: Partial<InternalOptions> = {},
  ): Following<FeedEvent> {
    const internal = createInternalClient({ url: server.url, key: 'good', transport, ...client });
    return internal.follow(ticks, { after }, options);
  }

  async function take(events: AsyncIterator<FeedEvent>, count: number): Promise<string[]> {
    const cursors: string[] = [];
    while (cursors.length < count) {
      const { value, done } = await events.next();
      if (done) throw new Error(`It ended after ${cursors.length} events.`);
      cursors.push(value.cursor);
    }
    return cursors;
  }

  function range(from: number, to: number): string[] {
    return Array.from({ length: to - from + 1 }, (_, index) => cursorOf(from + index));
  }

  it('gives what happened behind the cursor, and then what happens', async () => {
    server.happen(5);
    const events = follow(cursorOf(2));
    expect(await take(events, 3)).toEqual(range(3, 5));
    server.happen(2);
    expect(await take(events, 2)).toEqual(range(6, 7));
    expect(server.subscriptions).toEqual([{ transport, after: cursorOf(2) }]);
    await events.return?.();
  });

  it('begins from now on without a cursor, and misses nothing when it is cut off before the first event', async () => {
    server.happen(5);
    const interrupted = Promise.withResolvers<void>();
    const events = follow(null, { onInterrupted: () => interrupted.resolve() });
    await until('it subscribes', () => server.subscriptions.length > 0);
    server.cut();
    await interrupted.promise;
    server.happen(2);
    expect(await take(events, 2)).toEqual(range(6, 7));
    await events.return?.();
  });

  it('is cut off again and again, and gives every event once and in order', async () => {
    const events = follow(cursorOf(0));
    const seen: string[] = [];
    for (let round = 0; round < 6; round++) {
      server.happen(50);
      seen.push(...(await take(events, 40)));
      server.cut();
      server.happen(10);
      seen.push(...(await take(events, 20)));
    }
    expect(seen).toEqual(range(1, 360));
    expect(server.subscriptions.length).toBeGreaterThan(6);
    await events.return?.();
  });

  it('tells its cursor: behind what was read, not behind what was received', async () => {
    server.happen(10);
    const events = follow(cursorOf(0));
    expect(events.cursor).toBe(cursorOf(0));
    await take(events, 4);
    expect(events.cursor).toBe(cursorOf(4));
    await events.return?.();
  });

  it('goes on at once where the server found it slow', async () => {
    server.happen(10);
    server.fates = [{ afterEvents: 4, code: 'FEED_SLOW_READER' }];
    const pauses: number[] = [];
    const events = follow(cursorOf(0), { onInterrupted: (_, pauseMs) => pauses.push(pauseMs) });
    expect(await take(events, 10)).toEqual(range(1, 10));
    expect(pauses).toEqual([0]);
    expect(server.subscriptions.map(({ after }) => after)).toEqual([cursorOf(0), cursorOf(4)]);
    await events.return?.();
  });

  it('holds no more than its limit, and goes on from there when that is read', async () => {
    server.happen(100);
    const interruptions: Error[] = [];
    const events = follow(cursorOf(0), {
      bufferLimit: 10,
      onInterrupted: (error) => interruptions.push(error),
    });
    await until('it stops receiving', () => server.subscriptions.length === 1 && server.open === 0);
    expect(await take(events, 100)).toEqual(range(1, 100));
    expect(server.subscriptions[1]).toEqual({ transport, after: cursorOf(10) });
    expect(interruptions).toEqual([]);
    await events.return?.();
  });

  it('notices a connection that is gone without a word', async () => {
    server.happen(1);
    const events = follow(cursorOf(0), {}, { silentAtMostMs: 400 });
    await take(events, 1);
    server.freeze();
    server.happen(1);
    expect(await take(events, 1)).toEqual([cursorOf(2)]);
    await events.return?.();
  });

  it('does not take a connection for gone on which something is said', async () => {
    const interruptions: Error[] = [];
    const onInterrupted = (error: Error) => interruptions.push(error);
    const events = follow(cursorOf(0), { onInterrupted }, { silentAtMostMs: 1_000 });
    for (let seq = 1; seq <= 15; seq++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      server.happen(1);
      expect(await take(events, 1)).toEqual([cursorOf(seq)]);
    }
    expect(interruptions).toEqual([]);
    await events.return?.();
  });

  it.each(['FEED_CURSOR_PRUNED', 'FEED_CURSOR_FOREIGN', 'FEED_CURSOR_INVALID'])(
    'throws where it cannot go on without a gap: %s',
    async (code) => {
      server.happen(2);
      server.fates = [{ afterEvents: 2, code }];
      const events = follow(cursorOf(0));
      expect(await take(events, 2)).toEqual(range(1, 2));
      const error = await events.next().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(FeedCursorError);
      expect(error).toMatchObject({ code });
      expect(await events.next()).toEqual({ value: undefined, done: true });
    },
  );

  it('takes a fault of the server up again, and gives up where it stays', async () => {
    server.happen(1);
    const fault = { afterEvents: 0, code: 'INTERNAL_SERVER_ERROR' };
    server.fates = [fault, fault];
    const events = follow(cursorOf(0));
    expect(await take(events, 1)).toEqual([cursorOf(1)]);
    server.fates = Array.from({ length: 20 }, () => fault);
    server.cut();
    await expect(events.next()).rejects.toThrow(GraphQLRequestError);
    await events.return?.();
  }, 60_000);

  it('throws where the key is refused', async () => {
    const events = follow(cursorOf(0), {}, { key: 'bad' });
    await expect(events.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('asks for a fresh key at each connection', async () => {
    const tokens = ['old', 'new'];
    server.keys = new Set(['old']);
    const events = follow(cursorOf(0), {}, { key: () => tokens[0] ?? '' });
    server.happen(1);
    await take(events, 1);
    server.keys = new Set(['new']);
    tokens.shift();
    server.cut();
    server.happen(1);
    expect(await take(events, 1)).toEqual([cursorOf(2)]);
    await events.return?.();
  });

  it('ends the loop when it is left, and closes the connection', async () => {
    server.happen(3);
    const seen: string[] = [];
    for await (const { cursor } of follow(cursorOf(0))) {
      seen.push(cursor);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(range(1, 2));
    await until('the connection is closed', () => server.open === 0);
  });

  it('ends the loop when its signal is aborted, also while it waits', async () => {
    const ended = new AbortController();
    const events = follow(cursorOf(0), { signal: ended.signal });
    const waiting = events.next();
    await until('it subscribes', () => server.subscriptions.length > 0);
    ended.abort();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(await follow(cursorOf(0), { signal: ended.signal }).next()).toMatchObject({
      done: true,
    });
    await until('the connection is closed', () => server.open === 0);
  });

  it('lets two loops share a client', async () => {
    const client = createInternalClient({ url: server.url, key: 'good', transport });
    const first = client.follow(ticks, { after: cursorOf(0) });
    const second = client.follow(ticks, { after: cursorOf(0) });
    server.happen(2);
    expect(await take(first, 2)).toEqual(range(1, 2));
    await first.return?.();
    server.happen(1);
    expect(await take(second, 3)).toEqual(range(1, 3));
    await second.return?.();
  });
});

describe('following over websocket with a key that ends', () => {
  it('throws where the key is not taken again', async () => {
    const client = createInternalClient({ url: server.url, key: 'good' });
    const events = client.follow(ticks, { after: cursorOf(0) });
    server.happen(1);
    await events.next();
    server.keys = new Set();
    server.closeUnauthenticated();
    await expect(events.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('goes on where it is, or where its function has another', async () => {
    let key = 'good';
    const client = createInternalClient({ url: server.url, key: () => key });
    const events = client.follow(ticks, { after: cursorOf(0) });
    server.happen(1);
    await events.next();
    server.closeUnauthenticated();
    server.happen(1);
    expect(await events.next()).toMatchObject({ value: { cursor: cursorOf(2) } });
    key = 'better';
    server.keys = new Set(['better']);
    server.closeUnauthenticated();
    server.happen(1);
    expect(await events.next()).toMatchObject({ value: { cursor: cursorOf(3) } });
    await events.return?.();
  });
});
