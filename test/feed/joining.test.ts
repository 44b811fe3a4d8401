import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { announceCommits } from '../../src/feed/events.ts';
import { createFeedHub, type FeedHub } from '../../src/feed/hub.ts';
import { createDatabaseWakeUp, type WakeUp } from '../../src/feed/wakeup.ts';
import { createOrganization, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { commitEvents, range, seqSpec, silentLogger, take, until } from './support.ts';

/** The same database, whose answers can be kept back: so much happens before one arrives. */
class HeldAnswers {
  readonly db: Database;
  waiting = 0;
  #isHolding = false;
  #letGo: (() => void)[] = [];

  constructor(db: Database) {
    const read: Database['read'] = async (...parameters) => {
      const rows = await db.read(...parameters);
      if (this.#isHolding) await this.#hold();
      return rows as never;
    };
    this.db = new Proxy(db, {
      get: (target, name) => {
        if (name === 'read') return read;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Answers to reads from here on wait. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Those that come do not wait; those that wait still do. */
  passNew(): void {
    this.#isHolding = false;
  }

  release(): void {
    this.#isHolding = false;
    for (const letGo of this.#letGo.splice(0)) letGo();
    this.waiting = 0;
  }

  #hold(): Promise<void> {
    this.waiting += 1;
    return new Promise((resolve) => this.#letGo.push(resolve));
  }
}

let test: TestDatabase;
let wakeUp: WakeUp;
let answers: HeldAnswers;
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
  organizationId = await createOrganization(test.db, { slug: `joining-${count}` });
  answers = new HeldAnswers(test.db);
  hub = createFeedHub({
    db: answers.db,
    wakeUp,
    logger: silentLogger,
    pollIntervalMs: 600_000,
    batchSize: 5,
    queueLimit: 8,
  });
});
afterEach(async () => {
  answers.release();
  await hub.close();
});

const commit = (count: number): Promise<void> => commitEvents(test.db, organizationId, { count });
const held = (count: number): Promise<void> =>
  until(`${count} held`, () => answers.waiting === count);

async function follow(): Promise<AsyncIterableIterator<number, undefined>> {
  const live = hub.subscribe(seqSpec(organizationId), null);
  await until('live, and at the head', () => hub.stats().live === 1 && hub.stats().liveReads > 0);
  await commit(1);
  await take(live, 1);
  return live;
}

describe('joining the live cohort', () => {
  it('is exact where the cohort went on while the last stretch was read', async () => {
    await commitEvents(test.db, organizationId, { count: 20, kind: 'LOCATION_CREATED' });
    const live = await follow();
    answers.hold();
    const joining = take(hub.subscribe(seqSpec(organizationId), 0), 4);
    await held(1);
    answers.passNew();
    await commit(3);
    await take(live, 3);
    answers.release();
    expect(await joining).toEqual(range(21, 24));
  });

  it('is exact where it shares what was read before the cohort went on', async () => {
    await commit(20);
    const live = await follow();
    answers.hold();
    const first = take(hub.subscribe(seqSpec(organizationId), 17), 8);
    await held(1);
    answers.passNew();
    await commit(1);
    await take(live, 1);
    const second = take(hub.subscribe(seqSpec(organizationId), 17), 8);
    answers.release();
    await until('both live', () => hub.stats().live === 3);
    await commit(3);
    await take(live, 3);
    expect(await first).toEqual(range(18, 25));
    expect(await second).toEqual(range(18, 25));
  });

  it('is put off where more comes meanwhile than can be held', async () => {
    await commit(20);
    const live = await follow();
    answers.hold();
    const joining = take(hub.subscribe(seqSpec(organizationId), 17), 40);
    await held(1);
    answers.passNew();
    for (let commits = 0; commits < 6; commits++) {
      await commit(5);
      await take(live, 5);
    }
    answers.release();
    await until('both live', () => hub.stats().live === 2);
    await commit(6);
    await take(live, 6);
    expect(await joining).toEqual(range(18, 57));
  });

  it('ends with the subscription that was about to', async () => {
    await commit(20);
    const live = await follow();
    answers.hold();
    const leaving = hub.subscribe(seqSpec(organizationId), 17);
    const pending = leaving.next();
    await held(1);
    await leaving.return?.();
    expect(await pending).toEqual({ value: undefined, done: true });
    answers.release();
    await commit(2);
    expect(await take(live, 2)).toEqual([22, 23]);
    expect(hub.stats()).toMatchObject({ members: 1, live: 1 });
  });
});

describe('a wake-up', () => {
  it('that comes while new events are being read leads to another read', async () => {
    const live = await follow();
    let wakeUps = 0;
    const stop = await wakeUp.subscribe(() => (wakeUps += 1));
    answers.hold();
    await commit(1);
    await held(1);
    // Not in the answer that is held.
    await commit(1);
    await until('both wake-ups', () => wakeUps === 2);
    answers.release();
    expect(await take(live, 2)).toEqual([2, 3]);
    await stop();
  });
});
