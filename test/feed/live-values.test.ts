import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { announceCommits, recordEvents } from '../../src/feed/events.ts';
import { createFeedHub, type FeedHub, type FeedHubOptions } from '../../src/feed/hub.ts';
import type { Reading, ValueSpec } from '../../src/feed/live-value.ts';
import { createDatabaseWakeUp, type WakeUp } from '../../src/feed/wakeup.ts';
import { createOrganization, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { commitEvents, deafWakeUp, silentLogger, take, until } from './support.ts';

const INTERVAL_MS = 200;

let test: TestDatabase;
let wakeUp: WakeUp;
let hub: FeedHub;
let organizationId: string;
let count = 0;

beforeAll(async () => {
  test = await openTestDatabase();
  wakeUp = createDatabaseWakeUp(test.db, { logger: silentLogger });
  announceCommits(test.db, wakeUp);
});
afterAll(async () => {
  await wakeUp.close();
  await test.close();
});
beforeEach(async () => {
  organizationId = await createOrganization(test.db, { slug: `values-${++count}` });
  hub = openHub();
});
afterEach(() => hub.close());

function openHub(options: Partial<FeedHubOptions> = {}): FeedHub {
  const usual = { pollIntervalMs: 60_000, valueIntervalMs: INTERVAL_MS };
  return createFeedHub({ db: test.db, wakeUp, logger: silentLogger, ...usual, ...options });
}

/** The number of events of the organization, as a value that is followed. */
function eventCount(
  parts: Partial<ValueSpec<{ events: number }>> & { onRead?: () => void } = {},
): ValueSpec<{ events: number }> {
  const { onRead, ...rest } = parts;
  return {
    key: 'events',
    organizationId,
    async read(): Promise<Reading<{ events: number }>> {
      onRead?.();
      const [row] = await test.db.read<{ events: number }>(
        organizationId,
        'select count(*)::int as events from feed_event where organization_id = $1',
      );
      const events = row?.events ?? 0;
      return { value: { events }, mark: String(events), changesAt: null };
    },
    ...rest,
  };
}

/** The database, whose feed is read late: what is read before that must not count as read after it. */
function slowToSayWhereTheFeedStands(ms: number): Database {
  const { db } = test;
  const read: Database['read'] = async (id, sql, values) => {
    if (/from feed_counter\s+where/.test(sql)) await sleep(ms);
    return db.read(id, sql, values);
  };
  return new Proxy(db, {
    get: (target, name) => (name === 'read' ? read : (Reflect.get(target, name) as unknown)),
  });
}

/** What a follower has got, with the time of each. */
class Seen<T> {
  readonly values: T[] = [];
  readonly times: number[] = [];
  failure: unknown = undefined;
  isOver = false;
  readonly running: Promise<void>;

  constructor(values: AsyncIterable<T>) {
    this.running = this.#run(values);
  }

  get last(): T | undefined {
    return this.values.at(-1);
  }

  async #run(values: AsyncIterable<T>): Promise<void> {
    try {
      for await (const value of values) {
        this.values.push(value);
        this.times.push(performance.now());
      }
    } catch (error) {
      this.failure = error;
    }
    this.isOver = true;
  }
}

describe('a value that is followed', () => {
  it('comes at once, and again when a commit has changed it', async () => {
    await commitEvents(test.db, organizationId, { count: 2 });
    const values = hub.watch(eventCount());
    expect(await take(values, 1)).toEqual([{ events: 2 }]);
    await commitEvents(test.db, organizationId, { count: 3 });
    expect(await take(values, 1)).toEqual([{ events: 5 }]);
    await values.return?.();
  });

  it('misses nothing that is committed while it begins', async () => {
    await hub.close();
    hub = openHub({ db: slowToSayWhereTheFeedStands(200) });
    const seen = new Seen(hub.watch(eventCount()));
    await sleep(100);
    await commitEvents(test.db, organizationId);
    await until('the event is counted', () => seen.last?.events === 1, 3_000);
  });

  it('comes at most once in an interval, and its last state always', async () => {
    const seen = new Seen(hub.watch(eventCount()));
    const end = performance.now() + 5 * INTERVAL_MS;
    let written = 0;
    while (performance.now() < end) {
      await commitEvents(test.db, organizationId);
      written += 1;
    }
    await until('the last state', () => seen.last?.events === written);
    expect(written).toBeGreaterThan(20);
    expect(seen.values.length).toBeLessThanOrEqual(8);
    const gaps = seen.times.slice(1).map((time, i) => time - (seen.times[i] ?? 0));
    // Timers may be early by a millisecond.
    expect(Math.min(...gaps)).toBeGreaterThan(INTERVAL_MS - 5);
  });

  it('does not come where nothing of it has changed', async () => {
    let reads = 0;
    const read = async () => {
      reads += 1;
      return { value: { events: 0 }, mark: 'same', changesAt: null };
    };
    const seen = new Seen(hub.watch(eventCount({ read })));
    await until('the first', () => seen.values.length === 1);
    await commitEvents(test.db, organizationId);
    await until('it was read again', () => reads === 2);
    await sleep(20);
    expect(seen.values).toHaveLength(1);
  });

  it('is read once for all who follow it, who get the same object', async () => {
    let reads = 0;
    const spec = eventCount({ onRead: () => (reads += 1) });
    const all = Array.from({ length: 50 }, () => new Seen(hub.watch(spec)));
    await until('the first', () => all.every(({ values }) => values.length === 1));
    expect(reads).toBe(1);
    const late = new Seen(hub.watch(spec));
    await until('the late one', () => late.values.length === 1);
    expect(reads).toBe(1);
    await commitEvents(test.db, organizationId);
    await until('the second', () => [...all, late].every(({ values }) => values.length === 2));
    expect(reads).toBe(2);
    expect(new Set([...all, late].map(({ last }) => last)).size).toBe(1);
  });

  it('waits, one at most, for whoever does not take it', async () => {
    const values = hub.watch(eventCount());
    const other = new Seen(hub.watch(eventCount()));
    for (let round = 1; round <= 4; round++) {
      await commitEvents(test.db, organizationId);
      await until(`round ${round}`, () => other.last?.events === round);
    }
    expect(await take(values, 1)).toEqual([{ events: 4 }]);
    const next = values.next();
    const waited = await Promise.race([next, sleep(INTERVAL_MS, 'nothing')]);
    expect(waited).toBe('nothing');
    await values.return?.();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  it('is read again when time changes it', async () => {
    let reads = 0;
    const read = async () => {
      reads += 1;
      const changesAt = reads < 3 ? new Date(Date.now() + INTERVAL_MS) : null;
      return { value: { events: reads }, mark: String(reads), changesAt };
    };
    const seen = new Seen(hub.watch(eventCount({ read })));
    await until('three readings', () => seen.last?.events === 3, 3_000);
    await sleep(2 * INTERVAL_MS);
    expect(reads).toBe(3);
  });

  it('is found without wake-ups, by looking at the feed', async () => {
    await hub.close();
    hub = openHub({ wakeUp: deafWakeUp, pollIntervalMs: 50 });
    const seen = new Seen(hub.watch(eventCount()));
    await until('the first', () => seen.values.length === 1);
    await commitEvents(test.db, organizationId);
    await until('the commit was found', () => seen.last?.events === 1, 3_000);
  });

  it('is told of rollbacks as little as it should', async () => {
    let reads = 0;
    const seen = new Seen(hub.watch(eventCount({ onRead: () => (reads += 1) })));
    await until('the first', () => seen.values.length === 1);
    const failing = test.db.unitOfWork(organizationId, async (uow) => {
      recordEvents(uow, [{ kind: 'REVIEW_RECEIVED' }]);
      throw new Error('not this one');
    });
    await expect(failing).rejects.toThrow('not this one');
    await sleep(2 * INTERVAL_MS);
    expect(reads).toBe(1);
  });
});

describe('an error of the reading', () => {
  it('ends all who follow, and nobody else', async () => {
    let fails = false;
    const spec = eventCount();
    const read = async () => {
      if (fails) throw new Error('gone');
      return spec.read();
    };
    const ended = [1, 2].map(() => new Seen(hub.watch({ ...spec, key: 'failing', read })));
    const other = new Seen(hub.watch(spec));
    await until('all began', () => [...ended, other].every(({ last }) => last !== undefined));
    fails = true;
    await commitEvents(test.db, organizationId);
    await until('both ended', () => ended.every(({ isOver }) => isOver));
    expect(ended.map(({ failure }) => failure)).toEqual([new Error('gone'), new Error('gone')]);
    await until('the other goes on', () => other.last?.events === 1);
    expect(other.isOver).toBe(false);
  });

  it('that passes is tried again', async () => {
    let attempts = 0;
    const spec = eventCount();
    const read = async () => {
      attempts += 1;
      if (attempts === 1) throw Object.assign(new Error('deadlock'), { code: '40P01' });
      return spec.read();
    };
    const values = hub.watch({ ...spec, read });
    expect(await take(values, 1)).toEqual([{ events: 0 }]);
    expect(attempts).toBe(2);
  });
});

describe('who leaves', () => {
  it('leaves nothing behind', async () => {
    let reads = 0;
    const seen = new Seen(hub.watch(eventCount({ onRead: () => (reads += 1) })));
    await until('the first', () => seen.values.length === 1);
    expect(hub.stats()).toMatchObject({ values: 1, organizations: 1 });
    const leaving = new AbortController();
    const other = new Seen(hub.watch(eventCount(), leaving.signal));
    leaving.abort();
    await other.running;
    const values = hub.watch(eventCount());
    await values.return?.();
    expect(hub.stats().values).toBe(1);
    await hub.close();
    await seen.running;
    expect(hub.stats()).toMatchObject({ values: 0, organizations: 0, members: 0 });
    await commitEvents(test.db, organizationId);
    await sleep(2 * INTERVAL_MS);
    expect(reads).toBe(1);
  });

  it('before it has begun, too', async () => {
    const values = hub.watch(eventCount());
    const next = values.next();
    await values.return?.();
    expect(await next).toEqual({ value: undefined, done: true });
    await until('nothing is followed', () => {
      const { organizations, values: watched } = hub.stats();
      return organizations === 0 && watched === 0;
    });
    // Somebody else begins anew.
    expect(await take(hub.watch(eventCount()), 1)).toEqual([{ events: 0 }]);
  });
});

describe('closing the hub', () => {
  it('ends who follows, and who comes later', async () => {
    const seen = new Seen(hub.watch(eventCount()));
    await until('the first', () => seen.values.length === 1);
    await hub.close();
    await seen.running;
    expect(seen.failure).toMatchObject({ code: 'FEED_CLOSED' });
    await expect(hub.watch(eventCount()).next()).rejects.toMatchObject({ code: 'FEED_CLOSED' });
  });
});
