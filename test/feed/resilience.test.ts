import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { announceCommits, recordEvents } from '../../src/feed/events.ts';
import { createFeedHub, type FeedHub } from '../../src/feed/hub.ts';
import { feedHead, readEvents } from '../../src/feed/log.ts';
import { createDatabaseWakeUp, type WakeUp } from '../../src/feed/wakeup.ts';
import {
  createOrganization,
  onPostgres,
  openTestDatabase,
  type TestDatabase,
} from '../testkit/database.ts';
import { Follower } from './follower.ts';
import {
  commitEvents,
  outageBefore,
  range,
  seededRandom,
  seqSpec,
  silentLogger,
  take,
  until,
  type Outage,
} from './support.ts';

const WRITERS = 8;
const UNITS = 50;
const FOLLOWERS = 5;

/** Several processes on one PostgreSQL: one writes, the other one serves subscribers. */
(onPostgres ? describe : describe.skip)('on PostgreSQL', () => {
  let test: TestDatabase;
  let outage: Outage;
  let served: Database;
  let wakeUps: WakeUp[];
  let hub: FeedHub;
  let organizationId: string;
  let count = 0;

  beforeAll(async () => {
    test = await openTestDatabase();
    outage = await outageBefore(test.url ?? '');
    const url = new URL(outage.url);
    url.searchParams.set('application_name', 'served');
    served = await openDatabase({ url: url.href });
    wakeUps = [test.db, served].map((db) => createDatabaseWakeUp(db, { logger: silentLogger }));
    for (const [index, db] of [test.db, served].entries()) {
      announceCommits(db, wakeUps[index] as WakeUp);
    }
  });
  afterAll(async () => {
    for (const wakeUp of wakeUps) await wakeUp.close();
    await served.close();
    await outage.close();
    await test.close();
  });
  beforeEach(async () => {
    count += 1;
    organizationId = await createOrganization(test.db, { slug: `resilience-${count}` });
    hub = newHub();
  });
  afterEach(async () => {
    outage.end();
    await hub.close();
  });

  function newHub(): FeedHub {
    return createFeedHub({
      db: served,
      wakeUp: wakeUps[1] as WakeUp,
      logger: silentLogger,
      pollIntervalMs: 100,
      batchSize: 20,
      queueLimit: 200,
    });
  }

  function follow(random: () => number, cutRate: number): Follower[] {
    return range(1, FOLLOWERS).map((n) => {
      const spec = seqSpec(organizationId, { key: `cohort ${n % 2}` });
      const own = seededRandom(Math.floor(random() * 1_000_000));
      const options = { hub: () => hub, db: test.db, spec, random: own, cutRate, pauseRate: 0.2 };
      return new Follower(options, 0);
    });
  }

  /** Units of random size, of which every fifth or so is rolled back. Says how many committed. */
  async function writeAtOnce(random: () => number): Promise<number> {
    let committed = 0;
    const write = async (): Promise<void> => {
      for (let unit = 0; unit < UNITS; unit++) {
        const size = 1 + Math.floor(random() * 5);
        const fails = random() < 0.2;
        const writing = test.db.unitOfWork(organizationId, async (uow) => {
          recordEvents(
            uow,
            range(1, size).map(() => ({ kind: 'REVIEW_RECEIVED' })),
          );
          if (fails) uow.beforeCommit(async () => uow.beforeCommit(() => rollBackLater(uow)));
        });
        await writing.then(
          () => (committed += size),
          (error: Error) => expect(error.message).toBe('rolled back'),
        );
      }
    };
    await Promise.all(range(1, WRITERS).map(write));
    return committed;
  }

  /** After the numbers have been taken. */
  async function rollBackLater(uow: { beforeCommit(work: () => Promise<void>): void }) {
    uow.beforeCommit(async () => {
      throw new Error('rolled back');
    });
  }

  async function expectEachOnce(followers: readonly Follower[]): Promise<void> {
    const { lastSeq } = await feedHead(test.db, organizationId);
    const events = await readEvents(test.db, organizationId, 0, lastSeq + 1);
    expect(events.map(({ seq }) => seq)).toEqual(range(1, lastSeq));
    for (const follower of followers) {
      await follower.reaches(lastSeq);
      await follower.stop();
      expect(follower.failure).toBeUndefined();
      expect(follower.received).toEqual(range(1, lastSeq));
    }
  }

  async function terminateServed(): Promise<number> {
    const [row] = await test.db.system<{ terminated: number }>(
      `select count(pg_terminate_backend(pid)) as terminated from pg_stat_activity
       where datname = current_database() and application_name = 'served'`,
    );
    return row?.terminated ?? 0;
  }

  it('who is cut off and resumes while many write sees each event once, in order', async () => {
    const random = seededRandom(20_240_229);
    const followers = follow(random, 0.05);
    const committed = await writeAtOnce(random);
    await expectEachOnce(followers);
    expect((await feedHead(test.db, organizationId)).lastSeq).toBe(committed);
    for (const { cuts } of followers) expect(cuts).toBeGreaterThan(0);
  }, 60_000);

  it('numbers are in the order in which commits become visible', async () => {
    const random = seededRandom(7);
    let isWriting = true;
    const looking = (async () => {
      let known = 0;
      while (isWriting) {
        const events = await readEvents(served, organizationId, 0, 10_000);
        // A later commit that is seen before an earlier one would leave a hole.
        expect(events.map(({ seq }) => seq)).toEqual(range(1, events.length));
        expect(events.length).toBeGreaterThanOrEqual(known);
        known = events.length;
      }
    })();
    await writeAtOnce(random);
    isWriting = false;
    await looking;
  }, 60_000);

  it('goes on after its connections were terminated, again and again', async () => {
    const random = seededRandom(3);
    const followers = follow(random, 0);
    let isWriting = true;
    let terminated = 0;
    const terminating = (async () => {
      while (isWriting) {
        const received = followers[0]?.received.length ?? 0;
        await until(
          'some progress',
          () => !isWriting || followers[0]?.received.length !== received,
        );
        terminated += await terminateServed();
      }
    })();
    await writeAtOnce(random);
    isWriting = false;
    await terminating;
    await expectEachOnce(followers);
    expect(terminated).toBeGreaterThan(5);
  }, 60_000);

  it('waits out a database that is away, with its members', async () => {
    const spec = seqSpec(organizationId);
    const live = hub.subscribe(spec, null);
    const [received, lateReceived] = [take(live, 30), take(hub.subscribe(spec, 0), 30)];
    await until('live', () => hub.stats().live === 2);
    outage.begin();
    await commitEvents(test.db, organizationId, { count: 10 });
    // Its first look at the database has failed by then.
    const resumed = take(hub.subscribe(spec, 0), 30);
    const begun = hub.subscribe({ ...spec, key: 'other' }, null);
    const begunReceived = begun.next();
    await commitEvents(test.db, organizationId, { count: 10 });
    await until('a new connection being refused', async () => {
      return served.system('select 1').then(
        () => false,
        () => true,
      );
    });
    expect(hub.stats().members).toBe(4);
    outage.end();
    await until('everybody live', () => hub.stats().live === 4);
    await commitEvents(test.db, organizationId, { count: 10 });
    for (const each of [received, lateReceived, resumed]) expect(await each).toEqual(range(1, 30));
    // It asked for what comes from now on, and now was when the database was back.
    expect(await begunReceived).toEqual({ done: false, value: 21 });
  }, 60_000);

  it('closes while the database is away, and leaves nothing behind', async () => {
    const spec = seqSpec(organizationId);
    const pending = hub.subscribe(spec, null).next();
    await until('live', () => hub.stats().live === 1);
    outage.begin();
    const starting = hub.subscribe({ ...spec, key: 'other' }, null).next();
    await commitEvents(test.db, organizationId);
    // Before the hub closes, which rejects them at once and may itself take longer.
    const ended = [
      expect(pending).rejects.toMatchObject({ code: 'FEED_CLOSED' }),
      expect(starting).rejects.toMatchObject({ code: 'FEED_CLOSED', cursor: null }),
    ];
    await hub.close();
    await Promise.all(ended);
    outage.end();
  });
});
