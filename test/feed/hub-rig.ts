import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { announceCommits } from '../../src/feed/events.ts';
import { createFeedHub, type FeedHub, type FeedHubOptions } from '../../src/feed/hub.ts';
import { createDatabaseWakeUp, type WakeUp } from '../../src/feed/wakeup.ts';
import { createOrganization, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { commitEvents, silentLogger, until } from './support.ts';

/** A hub of its own for each test of a file, and an organization without events. */
export class HubRig {
  hub!: FeedHub;
  organizationId!: string;
  wakeUp!: WakeUp;
  #test!: TestDatabase;
  #organizations = 0;

  constructor() {
    beforeAll(async () => {
      this.#test = await openTestDatabase();
      this.wakeUp = createDatabaseWakeUp(this.db, { logger: silentLogger });
      announceCommits(this.db, this.wakeUp);
    });
    afterAll(async () => {
      await this.wakeUp.close();
      await this.#test.close();
    });
    beforeEach(async () => {
      this.#organizations += 1;
      const slug = `hub-${this.#organizations}`;
      this.organizationId = await createOrganization(this.db, { slug });
      this.hub = this.newHub();
    });
    afterEach(() => this.hub.close());
  }

  get db(): Database {
    return this.#test.db;
  }

  newHub(options: Partial<FeedHubOptions> = {}): FeedHub {
    // Polling would hide a wake-up that is missing.
    const quiet = { wakeUp: this.wakeUp, logger: silentLogger, pollIntervalMs: 600_000 };
    return createFeedHub({ db: this.db, ...quiet, ...options });
  }

  /** Another hub in place of the one that is there. */
  async useHub(options: Partial<FeedHubOptions>): Promise<void> {
    await this.hub.close();
    this.hub = this.newHub(options);
  }

  commit(count = 1): Promise<void> {
    return commitEvents(this.db, this.organizationId, { count });
  }

  live(count: number): Promise<void> {
    return until(`${count} live`, () => this.hub.stats().live === count);
  }
}

/** What a member ends with, once it has got what there is. */
export async function failureOf(iterator: AsyncIterator<unknown, undefined>): Promise<unknown> {
  for (;;) {
    try {
      const { done } = await iterator.next();
      if (done === true) return undefined;
    } catch (error) {
      return error;
    }
  }
}
