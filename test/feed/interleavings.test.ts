import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  announceCommits,
  feedEventKinds,
  recordEvents,
  type FeedEvent,
} from '../../src/feed/events.ts';
import { createFeedHub, type FeedHub } from '../../src/feed/hub.ts';
import { readEvents } from '../../src/feed/log.ts';
import type { CohortSpec } from '../../src/feed/runtime.ts';
import { createWakeUp, type WakeUp } from '../../src/feed/wakeup.ts';
import {
  createOrganization,
  onPostgres,
  openTestDatabase,
  type TestDatabase,
} from '../testkit/database.ts';
import { Follower } from './follower.ts';
import { range, seededRandom, seqItems, silentLogger } from './support.ts';

/** `FEED_SEEDS=7` runs that one alone, to look into what went wrong; `FEED_SEEDS=1-500` many. */
const [FIRST_SEED = 1, LAST_SEED = FIRST_SEED] = (
  process.env['FEED_SEEDS'] ?? (onPostgres ? '1-8' : '1-3')
)
  .split('-')
  .map(Number);
/** The embedded database takes one statement at a time. */
const STEPS = onPostgres ? 120 : 50;

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

/** One organization, a hub, followers, and a random generator that decides about all of them. */
class Scenario {
  readonly #followers: Follower[] = [];
  readonly #random: () => number;
  readonly #organizationId: string;
  readonly #wakeUp: WakeUp;
  readonly #specs: CohortSpec<number>[];
  #hub: FeedHub;
  #closing: Promise<void>[] = [];
  #commits: Promise<unknown>[] = [];
  #lastKnown = 0;

  constructor(organizationId: string, random: () => number) {
    this.#organizationId = organizationId;
    this.#random = random;
    this.#wakeUp = unreliable(
      createWakeUp(null, { logger: silentLogger, coalesceMs: this.#below(3) }),
      random,
    );
    announceCommits(test.db, this.#wakeUp);
    this.#specs = [
      this.#spec('all', feedEventKinds, () => true),
      this.#spec('received', ['REVIEW_RECEIVED'], () => true),
      this.#spec('some', ['REVIEW_RECEIVED', 'REVIEW_UPDATED'], ({ seq }) => seq % 3 === 0),
    ];
    this.#hub = this.#newHub();
  }

  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step++) await this.#step();
    await Promise.all(this.#commits);
    const events = await readEvents(test.db, this.#organizationId, 0, 100_000);
    expect(events.map(({ seq }) => seq)).toEqual(range(1, events.length));
    for (const follower of this.#followers) await this.#check(follower, events);
    for (const follower of this.#followers) await follower.stop();
    await this.#hub.close();
    await Promise.all(this.#closing);
    expect(this.#hub.stats().members).toBe(0);
    await this.#wakeUp.close();
  }

  async #step(): Promise<void> {
    const choice = this.#random();
    if (choice < 0.5) this.#commit(1 + this.#below(12));
    else if (choice < 0.55) this.#commit(50 + this.#below(100));
    else if (choice < 0.6) this.#rollBack();
    else if (choice < 0.7 && this.#followers.length < 12) await this.#follow();
    else if (choice < 0.72) this.#restart();
    else if (choice < 0.8) await Promise.all(this.#commits);
    else await new Promise((resolve) => void setImmediate(resolve));
  }

  #commit(count: number): void {
    const kinds = range(1, count).map(() => feedEventKinds[this.#below(3)] ?? 'REVIEW_RECEIVED');
    this.#commits.push(
      test.db.unitOfWork(this.#organizationId, async (uow) => {
        recordEvents(
          uow,
          kinds.map((kind) => ({ kind })),
        );
      }),
    );
  }

  #rollBack(): void {
    const failing = test.db.unitOfWork(this.#organizationId, async (uow) => {
      recordEvents(uow, [{ kind: 'REVIEW_RECEIVED' }]);
      // After the events have been written.
      uow.beforeCommit(async () => uow.beforeCommit(async () => uow.beforeCommit(refuse)));
    });
    this.#commits.push(expect(failing).rejects.toThrow('refused'));
  }

  async #follow(): Promise<void> {
    const spec = this.#specs[this.#below(this.#specs.length)];
    if (spec === undefined) return;
    const events = await readEvents(test.db, this.#organizationId, this.#lastKnown, 100_000);
    this.#lastKnown = events.at(-1)?.seq ?? this.#lastKnown;
    const random = seededRandom(this.#below(1_000_000));
    const rates = { cutRate: random() * 0.1, pauseRate: random() };
    const options = { hub: () => this.#hub, db: test.db, spec, random, ...rates };
    this.#followers.push(new Follower(options, this.#below(this.#lastKnown + 1)));
  }

  #restart(): void {
    this.#closing.push(this.#hub.close());
    this.#hub = this.#newHub();
  }

  async #check(follower: Follower, events: readonly FeedEvent[]): Promise<void> {
    const { key, kinds } = follower.spec;
    const expected = events
      .filter(({ seq, kind }) => seq > follower.startedAfter && kinds.includes(kind))
      .map(({ seq }) => seq)
      .filter((seq) => key !== 'some' || seq % 3 === 0);
    await follower.reaches(expected.at(-1) ?? 0);
    expect(follower.failure).toBeUndefined();
    expect(follower.received).toEqual(expected);
  }

  #newHub(): FeedHub {
    const batchSize = 2 + this.#below(20);
    return createFeedHub({
      db: test.db,
      wakeUp: this.#wakeUp,
      logger: silentLogger,
      pollIntervalMs: 5,
      batchSize,
      queueLimit: batchSize + this.#below(40),
    });
  }

  /** Produces at its own pace, and fails now and then as a lost connection makes it fail. */
  #spec(
    key: string,
    kinds: CohortSpec<number>['kinds'],
    isDelivered: (event: FeedEvent) => boolean,
  ): CohortSpec<number> {
    return {
      key,
      kinds,
      organizationId: this.#organizationId,
      produce: async (events) => {
        expect(events.length).toBeGreaterThan(0);
        for (let turns = this.#below(4); turns > 0; turns--) {
          await new Promise((resolve) => void setImmediate(resolve));
        }
        if (this.#random() < 0.01) throw new Error('Connection terminated unexpectedly');
        return seqItems(events.filter(isDelivered));
      },
    };
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

async function refuse(): Promise<void> {
  throw new Error('refused');
}

/** Loses a third of the wake-ups, and repeats another third. */
function unreliable(wakeUp: WakeUp, random: () => number): WakeUp {
  return {
    publish: (organizationId) => wakeUp.publish(organizationId),
    close: () => wakeUp.close(),
    subscribe: (onWake) =>
      wakeUp.subscribe((organizationId) => {
        const fate = random();
        if (fate < 0.33) return;
        onWake(organizationId);
        if (fate < 0.66) onWake(random() < 0.5 ? null : organizationId);
      }),
  };
}

describe('whatever happens in whatever order', () => {
  it.each(range(FIRST_SEED, LAST_SEED))(
    'every follower gets each event exactly once, in order (seed %d)',
    async (seed) => {
      const random = seededRandom(seed);
      const organizationId = await createOrganization(test.db, { slug: `scenario-${seed}` });
      await new Scenario(organizationId, random).run();
    },
    60_000,
  );
});
