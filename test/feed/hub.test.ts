import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CursorError, decodeCursor } from '../../src/feed/cursor.ts';
import { FeedError } from '../../src/feed/errors.ts';
import { announceCommits } from '../../src/feed/events.ts';
import { createFeedHub, type FeedHub, type FeedHubOptions } from '../../src/feed/hub.ts';
import { feedHead, pruneFeed } from '../../src/feed/log.ts';
import { createDatabaseWakeUp, type WakeUp } from '../../src/feed/wakeup.ts';
import { createOrganization, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { commitEvents, range, seqItems, seqSpec, silentLogger, take, until } from './support.ts';

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
  count += 1;
  organizationId = await createOrganization(test.db, { slug: `hub-${count}` });
  hub = newHub();
});
afterEach(() => hub.close());

function newHub(options: Partial<FeedHubOptions> = {}): FeedHub {
  // Polling would hide a wake-up that is missing.
  const quiet = { db: test.db, wakeUp, logger: silentLogger, pollIntervalMs: 600_000 };
  return createFeedHub({ ...quiet, ...options });
}

async function useHub(options: Partial<FeedHubOptions>): Promise<void> {
  await hub.close();
  hub = newHub(options);
}

const commit = (count = 1): Promise<void> => commitEvents(test.db, organizationId, { count });
const live = (count: number): Promise<void> =>
  until(`${count} live`, () => hub.stats().live === count);

async function failureOf(iterator: AsyncIterator<unknown, undefined>): Promise<unknown> {
  for (;;) {
    try {
      const { done } = await iterator.next();
      if (done === true) return undefined;
    } catch (error) {
      return error;
    }
  }
}

describe('a subscription', () => {
  it('without a cursor begins now', async () => {
    await commit(3);
    const seqs = hub.subscribe(seqSpec(organizationId), null);
    await live(1);
    await commit(2);
    expect(await take(seqs, 2)).toEqual([4, 5]);
  });

  it('with a cursor gets what happened since, then the live feed', async () => {
    await commit(5);
    const seqs = hub.subscribe(seqSpec(organizationId), 2);
    expect(await take(seqs, 3)).toEqual([3, 4, 5]);
    const rest = take(seqs, 2);
    await live(1);
    await commit();
    await commit();
    expect(await rest).toEqual([6, 7]);
  });

  it('reads no further than its consumer asks while it catches up', async () => {
    await useHub({ batchSize: 10 });
    await commit(100);
    const seqs = hub.subscribe(seqSpec(organizationId), 0);
    expect(hub.stats()).toMatchObject({ catchUpReads: 0, members: 1, live: 0 });
    expect(await take(seqs, 10)).toEqual(range(1, 10));
    expect(hub.stats()).toMatchObject({ catchUpReads: 1, live: 0 });
    expect(await take(seqs, 11)).toEqual(range(11, 21));
    expect(hub.stats()).toMatchObject({ catchUpReads: 3, live: 0 });
    expect(await take(seqs, 79)).toEqual(range(22, 100));
  });

  it('gets the kinds that it asked for only, however rare', async () => {
    await useHub({ batchSize: 5 });
    await commitEvents(test.db, organizationId, { count: 1_000, kind: 'LOCATION_CREATED' });
    await commit();
    const produced: string[] = [];
    const seqs = hub.subscribe(
      seqSpec(organizationId, {
        produce: async (events) => {
          produced.push(...events.map(({ kind }) => kind));
          return seqItems(events);
        },
      }),
      0,
    );
    expect(await take(seqs, 1)).toEqual([1_001]);
    const next = take(seqs, 1);
    await live(1);
    await commitEvents(test.db, organizationId, { kind: 'REVIEW_UPDATED' });
    await commit();
    expect(await next).toEqual([1_003]);
    expect(produced).toEqual(['REVIEW_RECEIVED', 'REVIEW_RECEIVED']);
  });

  it('leaves out what produce leaves out', async () => {
    const even = seqSpec(organizationId, {
      produce: async (events) => seqItems(events).filter(({ seq }) => seq % 2 === 0),
    });
    await commit(3);
    const seqs = hub.subscribe(even, 0);
    expect(await take(seqs, 1)).toEqual([2]);
    const next = take(seqs, 2);
    await live(1);
    await commit(3);
    expect(await next).toEqual([4, 6]);
  });

  it('answers several calls of next in their order', async () => {
    await commit(2);
    const seqs = hub.subscribe(seqSpec(organizationId), 0);
    const results = [seqs.next(), seqs.next(), seqs.next()];
    await live(1);
    await commit();
    expect((await Promise.all(results)).map(({ value }) => value)).toEqual([1, 2, 3]);
  });
});

describe('leaving', () => {
  it('resolves a pending next at once, wherever the member stands', async () => {
    await commit();
    let letGo = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    const never = seqSpec(organizationId, {
      key: 'never',
      produce: async () => {
        await blocked;
        return [];
      },
    });
    const catchingUp = hub.subscribe(never, 0);
    const starting = hub.subscribe(seqSpec(organizationId), null);
    const following = hub.subscribe(seqSpec(organizationId), 1);
    const pending = [catchingUp, starting, following].map((iterator) => iterator.next());
    await starting.return?.();
    await live(1);
    await catchingUp.return?.();
    await following.return?.();
    expect(await Promise.all(pending)).toEqual(Array(3).fill({ value: undefined, done: true }));
    expect(await following.next()).toEqual({ value: undefined, done: true });
    expect(hub.stats()).toMatchObject({ members: 0, cohorts: 0, organizations: 0 });
    letGo();
  });

  it('by a signal is the same', async () => {
    const leaving = new AbortController();
    const seqs = hub.subscribe(seqSpec(organizationId), null, leaving.signal);
    const pending = seqs.next();
    await live(1);
    leaving.abort();
    expect(await pending).toEqual({ value: undefined, done: true });
    expect(hub.stats().members).toBe(0);
    const late = hub.subscribe(seqSpec(organizationId), null, leaving.signal);
    expect(await late.next()).toEqual({ value: undefined, done: true });
    expect(hub.stats().members).toBe(0);
  });

  it('is what breaking out of a loop does', async () => {
    await commit(2);
    for await (const seq of hub.subscribe(seqSpec(organizationId), 0)) {
      expect(seq).toBe(1);
      break;
    }
    expect(hub.stats().members).toBe(0);
  });
});

describe('a cohort', () => {
  it('produces once per batch for all its members', async () => {
    const batches: number[][] = [];
    const spec = seqSpec(organizationId, {
      produce: async (events) => {
        batches.push(events.map(({ seq }) => seq));
        return seqItems(events);
      },
    });
    const members = range(1, 50).map(() => hub.subscribe(spec, null));
    await live(50);
    const readsBefore = hub.stats().liveReads;
    await commit(10);
    const received = await Promise.all(members.map((member) => take(member, 10)));
    expect(received).toEqual(Array(50).fill(range(1, 10)));
    expect(batches).toEqual([range(1, 10)]);
    expect(hub.stats().liveReads - readsBefore).toBe(1);
  });

  it('shares the reads of new events with the other cohorts of its organization', async () => {
    const members = range(1, 20).map((n) =>
      hub.subscribe(seqSpec(organizationId, { key: `cohort ${n}` }), null),
    );
    await live(20);
    const before = hub.stats();
    await commit(4);
    await Promise.all(members.map((member) => take(member, 4)));
    const after = hub.stats();
    expect(after.liveReads - before.liveReads).toBe(1);
    expect(after.catchUpReads - before.catchUpReads).toBe(0);
    expect(after.produced - before.produced).toBe(20);
  });

  it('shares the catching up of members that resume from the same place', async () => {
    await commit(30);
    const members = range(1, 50).map(() => hub.subscribe(seqSpec(organizationId), 10));
    const received = await Promise.all(members.map((member) => take(member, 20)));
    expect(received).toEqual(Array(50).fill(range(11, 30)));
    expect(hub.stats().produced).toBe(1);
  });

  it('that is stuck does not hold the others back, and misses nothing', async () => {
    // More is committed meanwhile than the hub keeps in memory.
    await useHub({ batchSize: 5, queueLimit: 120 });
    let letGo = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    const stuckSpec = seqSpec(organizationId, {
      key: 'stuck',
      produce: async (events) => {
        await blocked;
        return seqItems(events);
      },
    });
    const stuck = hub.subscribe(stuckSpec, null);
    const seqs = hub.subscribe(seqSpec(organizationId), null);
    await live(2);
    for (let commits = 0; commits < 12; commits++) await commit(10);
    expect(await take(seqs, 120)).toEqual(range(1, 120));
    expect(hub.stats().catchUpReads).toBe(0);
    letGo();
    expect(await take(stuck, 120)).toEqual(range(1, 120));
    expect(hub.stats().catchUpReads).toBeGreaterThan(0);
  });

  it('whose produce throws ends with that error, and others live on', async () => {
    const failing = seqSpec(organizationId, {
      key: 'failing',
      produce: async () => {
        throw new TypeError('cannot be produced');
      },
    });
    const ended = [hub.subscribe(failing, null), hub.subscribe(failing, null)];
    const seqs = hub.subscribe(seqSpec(organizationId), null);
    await live(3);
    await commit();
    for (const member of ended) {
      await expect(member.next()).rejects.toThrow('cannot be produced');
      expect(await member.next()).toEqual({ value: undefined, done: true });
    }
    expect(await take(seqs, 1)).toEqual([1]);
    expect(hub.stats()).toMatchObject({ members: 1, live: 1 });
    // Catching up alike.
    await expect(hub.subscribe(failing, 0).next()).rejects.toThrow('cannot be produced');
  });

  it('tries again after an error of the database that passes', async () => {
    let failures = 0;
    const flaky = seqSpec(organizationId, {
      produce: async (events) => {
        failures += 1;
        if (failures % 3 !== 0) {
          const cause = Object.assign(new Error('terminating connection'), { code: '57P01' });
          throw new Error('the query failed', { cause });
        }
        return seqItems(events);
      },
    });
    await commit(2);
    const seqs = hub.subscribe(flaky, 0);
    expect(await take(seqs, 2)).toEqual([1, 2]);
    const next = take(seqs, 1);
    await live(1);
    await commit();
    expect(await next).toEqual([3]);
    expect(failures).toBe(6);
  });
});

describe('a slow reader', () => {
  it('ends with the cursor to resume from, and the others are not held back', async () => {
    await useHub({ batchSize: 5, queueLimit: 10 });
    const spec = seqSpec(organizationId);
    const slow = hub.subscribe(spec, null);
    const quick = hub.subscribe(spec, null);
    await live(2);
    const first = take(slow, 2);
    for (let commits = 0; commits < 6; commits++) {
      await commit(5);
      await take(quick, 5);
    }
    expect(await first).toEqual([1, 2]);
    const failure = await failureOf(slow);
    expect(failure).toBeInstanceOf(FeedError);
    const { code, cursor } = failure as FeedError;
    expect(code).toBe('FEED_SLOW_READER');
    expect(hub.stats()).toMatchObject({ members: 1, live: 1, slowReaders: 1 });
    const head = await feedHead(test.db, organizationId);
    const resumeAt = decodeCursor(cursor ?? '', { organizationId, head });
    expect(await take(hub.subscribe(spec, resumeAt), 28)).toEqual(range(3, 30));
  });

  it('is nobody who catches up, however slowly', async () => {
    await useHub({ batchSize: 5, queueLimit: 5 });
    await commit(20);
    const seqs = hub.subscribe(seqSpec(organizationId), 0);
    const quick = hub.subscribe(seqSpec(organizationId), null);
    await live(1);
    const received = await take(seqs, 1);
    await commit(50);
    await take(quick, 50);
    received.push(...(await take(seqs, 69)));
    expect(received).toEqual(range(1, 70));
  });
});

describe('a feed that does not go on', () => {
  it('from a pruned cursor is an error', async () => {
    await commit(10);
    await test.db.unitOfWork(organizationId, (uow) => pruneFeed(uow, 5));
    const failure = await failureOf(hub.subscribe(seqSpec(organizationId), 4));
    expect(failure).toBeInstanceOf(CursorError);
    expect(failure).toMatchObject({ code: 'FEED_CURSOR_PRUNED' });
    expect(await take(hub.subscribe(seqSpec(organizationId), 5), 5)).toEqual(range(6, 10));
  });

  it('because it is pruned under a member that catches up is an error', async () => {
    await useHub({ batchSize: 5 });
    await commit(20);
    const seqs = hub.subscribe(seqSpec(organizationId), 0);
    await take(seqs, 5);
    await test.db.unitOfWork(organizationId, (uow) => pruneFeed(uow, 15));
    expect(await failureOf(seqs)).toMatchObject({ code: 'FEED_CURSOR_PRUNED' });
  });

  it('because the place is ahead of it is an error', async () => {
    await commit(2);
    const others = hub.subscribe(seqSpec(organizationId), 2);
    void others.next();
    await live(1);
    const failure = await failureOf(hub.subscribe(seqSpec(organizationId), 3));
    expect(failure).toMatchObject({ code: 'FEED_CURSOR_AHEAD' });
    await others.return?.();
  });

  it('because it was begun anew ends everybody', async () => {
    await commit();
    const seqs = hub.subscribe(seqSpec(organizationId), 1);
    const failure = failureOf(seqs);
    await live(1);
    await test.db.unitOfWork(organizationId, (uow) =>
      uow.execute(`update feed_counter set epoch = 'anew' where organization_id = $1`, [
        organizationId,
      ]),
    );
    await commit();
    expect(await failure).toMatchObject({ code: 'FEED_CURSOR_EPOCH' });
    expect(await take(hub.subscribe(seqSpec(organizationId), 0), 2)).toEqual([1, 2]);
  });
});

describe('a hub', () => {
  it('does nothing for organizations without subscribers', async () => {
    const other = await createOrganization(test.db, { slug: `hub-other-${count}` });
    const seqs = hub.subscribe(seqSpec(organizationId), null);
    await live(1);
    const before = hub.stats();
    const statements: string[] = [];
    const stop = test.db.observe((sql) => {
      if (!sql.includes('pg_notify')) statements.push(sql);
    });
    await commitEvents(test.db, other);
    await commit();
    await take(seqs, 1);
    stop();
    // The writes, and the one read of the organization that is followed.
    expect(statements.filter((sql) => sql.includes('update feed_counter'))).toHaveLength(2);
    expect(statements).toHaveLength(3);
    expect(hub.stats().liveReads - before.liveReads).toBe(1);
  });

  it('that closes ends its members with the cursor to resume from', async () => {
    const { lastSeq } = await feedHead(test.db, organizationId);
    const waiting = hub.subscribe(seqSpec(organizationId), null);
    const pending = waiting.next().catch((error: unknown) => error);
    const idle = hub.subscribe(seqSpec(organizationId), lastSeq);
    await live(1);
    await hub.close();
    const failures = [await pending, await failureOf(idle)];
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(FeedError);
      const { code, cursor } = failure as FeedError;
      expect(code).toBe('FEED_CLOSED');
      const head = await feedHead(test.db, organizationId);
      expect(decodeCursor(cursor ?? '', { organizationId, head })).toBe(0);
    }
    expect(hub.stats()).toMatchObject({ organizations: 0, cohorts: 0, members: 0 });
    const late = hub.subscribe(seqSpec(organizationId), null);
    await expect(late.next()).rejects.toMatchObject({ code: 'FEED_CLOSED' });
    await hub.close();
  });

  it('refuses a queue that one batch would fill', () => {
    expect(() => newHub({ batchSize: 10, queueLimit: 9 })).toThrow(RangeError);
  });
});
