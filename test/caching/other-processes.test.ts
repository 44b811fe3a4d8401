import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { FeedChanges } from '../../src/feed/changes.ts';
import { recordEvents } from '../../src/feed/events.ts';
import { createWakeUp } from '../../src/feed/wakeup.ts';
import { SCOPES } from '../../src/graphql/caller.ts';
import { createKey } from '../../src/modules/accounts/index.ts';
import { entities } from '../../src/modules/entities.ts';
import type { Data } from '../testkit/api.ts';
import { onPostgres, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { type ServerProcess, startServerProcess } from '../testkit/server-process.ts';
import { until } from '../testkit/until.ts';
import { ask, dataOf, HITS, IMPORT_LOCATIONS, metric } from './shop.ts';

const describeOnPostgres = onPostgres ? describe : describe.skip;
const logger = pino({ level: 'silent' });

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase({ entities });
});

afterAll(async () => {
  await test.close();
});

describeOnPostgres('two processes', () => {
  const POLL_MS = 20_000;
  /** Many times what a wake-up takes, and far less than a poll. */
  const WAKE_UP_MS = 2_000;
  const SHOWN = '{ location(externalId: "a") { name } }';

  let one: ServerProcess;
  let other: ServerProcess;
  let keys: { storefront: string; integrator: string };

  beforeAll(async () => {
    const { db, organizationId, url } = test;
    keys = await db.unitOfWork(organizationId, async (uow) => {
      const key = { name: 'test', origins: null, memberId: null, expiresAt: null };
      const publishable = { ...key, kind: 'PUBLISHABLE' as const, scopes: [] };
      const secret = { ...key, kind: 'SECRET' as const, scopes: SCOPES };
      return {
        storefront: (await createKey(uow, publishable, 'OPERATOR')).token,
        integrator: (await createKey(uow, secret, 'OPERATOR')).token,
      };
    });
    const env = { DATABASE_URL: url, ANTIPHON_FEED_POLL_MS: String(POLL_MS) };
    [one, other] = await Promise.all([startServerProcess(env), startServerProcess(env)]);
    await rename(one, 'Version 0');
  }, 120_000);

  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
  });

  async function rename(server: ServerProcess, name: string, idempotencyKey?: string) {
    const input = { locations: [{ externalId: 'a', name }], idempotencyKey };
    const parameters = { query: IMPORT_LOCATIONS, variables: { input } };
    const asking = { key: keys.integrator, method: 'POST' as const, parameters };
    return dataOf(await ask(server.url, IMPORT_LOCATIONS, asking));
  }

  async function shownBy(server: ServerProcess): Promise<string> {
    const data: Data = await dataOf(await ask(server.url, SHOWN, { key: keys.storefront }));
    return data.location.name;
  }

  async function warm(server: ServerProcess): Promise<void> {
    const before = await metric(server.url, HITS);
    await until('it comes from memory', async () => {
      await shownBy(server);
      return (await metric(server.url, HITS)) > before;
    });
  }

  it('differ for as long as a wake-up takes', async () => {
    const delays: number[] = [];
    for (let version = 1; version <= 30; version++) {
      await warm(other);
      const name = `Version ${version}`;
      await rename(one, name);
      const acknowledgedAt = performance.now();
      expect(await shownBy(one)).toBe(name);
      await until(
        'the other process shows it',
        async () => (await shownBy(other)) === name,
        WAKE_UP_MS,
      );
      delays.push(performance.now() - acknowledgedAt);
    }
    delays.sort((a, b) => a - b);
    console.info(
      `delays: median ${delays[15]?.toFixed(1)} ms, longest ${delays[29]?.toFixed(1)} ms`,
    );
  }, 120_000);

  it('agree where the second one has said that it is done, too', async () => {
    for (let version = 1; version <= 100; version++) {
      await warm(other);
      const name = `Repeated ${version}`;
      await rename(one, name, name);
      await rename(other, name, name);
      expect(await shownBy(other)).toBe(name);
    }
  }, 120_000);
});

describeOnPostgres('changes that nobody tells of', () => {
  const POLL_MS = 200;
  const opened: Database[] = [];
  const wakeUp = createWakeUp(null, { logger });

  /** A process that hears of no other. */
  async function deaf(): Promise<{ db: Database; changes: FeedChanges; told: (string | null)[] }> {
    const db = await openDatabase({ url: test.url, entities });
    opened.push(db);
    const changes = new FeedChanges({ db, wakeUp, logger, pollIntervalMs: POLL_MS });
    const told: (string | null)[] = [];
    changes.tell(
      (_organizationId, events) => {
        if (events === null) told.push(null);
        for (const { kind } of events ?? []) told.push(kind);
      },
      () => true,
    );
    changes.of(test.organizationId);
    await until('the feed is followed', () => changes.known(test.organizationId) !== null);
    return { db, changes, told };
  }

  const commit = (count: number) =>
    test.db.unitOfWork(test.organizationId, async (uow) => {
      recordEvents(
        uow,
        Array.from({ length: count }, () => ({ kind: 'REVIEW_UPDATED' as const })),
      );
    });

  afterAll(async () => {
    for (const db of opened) await db.close();
  });

  it('are found by polling, once, and too many at once are told as anything', async () => {
    const { changes, told } = await deaf();
    await commit(3);
    await until('they are found', () => told.length > 0, 4 * POLL_MS);
    expect(told).toEqual(Array(3).fill('REVIEW_UPDATED'));
    await commit(501);
    await until('they are found', () => told.length > 3, 4 * POLL_MS);
    expect(told.slice(3)).toEqual([null]);
    await changes.close();
  });

  it('count as possible where the feed cannot be looked at for two polls', async () => {
    const { db, changes } = await deaf();
    const known = changes.known(test.organizationId);
    expect(known?.isCurrent).toBe(true);
    await db.close();
    const closedAt = performance.now();
    await until('it is not known any longer', () => changes.known(test.organizationId) === null);
    expect(performance.now() - closedAt).toBeLessThan(2 * POLL_MS + 100);
    await changes.close();
  });

  it('are told before a unit of work without events is done', async () => {
    const { db, changes, told } = await deaf();
    await commit(1);
    await db.unitOfWork(test.organizationId, async () => undefined);
    expect(told).toEqual(['REVIEW_UPDATED']);
    await changes.close();
  });

  it('are possible where a commit was sent and no answer came', async () => {
    const { db, changes, told } = await deaf();
    await test.db.system(`create function take_long() returns trigger language plpgsql
      as $$ begin perform pg_sleep(5); return null; end $$`);
    await test.db.system(`create constraint trigger slow_commit after insert on feed_event
      deferrable initially deferred for each row execute function take_long()`);
    let pid: number | undefined;
    const work = db.unitOfWork(test.organizationId, async (uow) => {
      recordEvents(uow, [{ kind: 'REVIEW_UPDATED' }]);
      pid = (await uow.execute<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;
    });
    const refused = expect(work).rejects.toThrow();
    await until('it commits', async () => {
      const query = `select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`;
      return (await test.db.system(query, [pid ?? 0])).length > 0;
    });
    await test.db.system('select pg_terminate_backend($1)', [pid]);
    await refused;
    expect(told).toEqual([null]);
    await test.db.system('drop trigger slow_commit on feed_event');
    await changes.close();
  });
});
