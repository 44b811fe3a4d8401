import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { announceCommits } from '../../src/feed/events.ts';
import { createFeedHub } from '../../src/feed/hub.ts';
import { createNatsWakeUp } from '../../src/feed/nats.ts';
import {
  createDatabaseWakeUp,
  createWakeUp,
  type WakeUp,
  type WakeUpTransport,
} from '../../src/feed/wakeup.ts';
import { onPostgres, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import {
  commitEvents,
  deafWakeUp,
  outageBefore,
  range,
  seqSpec,
  silentLogger,
  take,
  until,
} from './support.ts';

const natsUrl = process.env['TEST_NATS_URL'];
const onNats = natsUrl === undefined ? describe.skip : describe;
const NEVER_MS = 600_000;

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

/** What a wake-up of another process hears. */
async function heardBy(wakeUp: WakeUp): Promise<(string | null)[]> {
  const heard: (string | null)[] = [];
  await wakeUp.subscribe((organizationId) => heard.push(organizationId));
  return heard;
}

describe('publishing', () => {
  it('many times in a row sends few messages', async () => {
    const sent: string[] = [];
    const wakeUp = createWakeUp(transportTo(sent), { logger: silentLogger });
    const heard = await heardBy(wakeUp);
    for (let n = 0; n < 100; n++) wakeUp.publish(n % 2 === 0 ? 'one' : 'two');
    expect(sent).toEqual([]);
    await until('a message', () => sent.length === 1);
    for (let n = 0; n < 100; n++) wakeUp.publish('one');
    await until('another message', () => sent.length === 2);
    expect(sent.map((message) => message.split(' ')[1])).toEqual(['one,two', 'one']);
    expect(heard).toEqual(['one', 'two', 'one']);
    await wakeUp.close();
  });

  it('sends one message at a time, and then all that came meanwhile', async () => {
    const sent: string[] = [];
    let letGo = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    const wakeUp = createWakeUp(
      transportTo(sent, () => blocked),
      {
        logger: silentLogger,
        coalesceMs: 0,
      },
    );
    const heard = await heardBy(wakeUp);
    for (const organizationId of ['one', 'two', 'three']) {
      wakeUp.publish(organizationId);
      // Whoever listens here does not wait for the transport.
      await until('its being heard', () => heard.includes(organizationId));
    }
    expect(sent).toHaveLength(1);
    letGo();
    await until('the rest', () => sent.length === 2);
    expect(sent[1]).toMatch(/ two,three$/);
    await wakeUp.close();
  });

  it('of very many organizations says to look at all', async () => {
    const sent: string[] = [];
    const wakeUp = createWakeUp(transportTo(sent), { logger: silentLogger });
    for (const n of range(1, 1_000)) wakeUp.publish(`organization ${n}`);
    await until('a message', () => sent.length === 1);
    expect(sent[0]).toMatch(/ \*$/);
    await wakeUp.close();
  });

  it('never fails, whatever the transport does', async () => {
    let attempts = 0;
    const failing = transportTo([], async () => {
      attempts += 1;
      throw new Error('away');
    });
    const wakeUp = createWakeUp(failing, { logger: silentLogger, coalesceMs: 0 });
    wakeUp.publish('one');
    await until('an attempt', () => attempts === 1);
    wakeUp.publish('one');
    await until('another', () => attempts === 2);
    await wakeUp.close();
    wakeUp.publish('one');
  });

  it('sends what is left when it closes', async () => {
    const sent: string[] = [];
    const wakeUp = createWakeUp(transportTo(sent), { logger: silentLogger });
    wakeUp.publish('one');
    await wakeUp.close();
    expect(sent).toHaveLength(1);
  });

  function transportTo(sent: string[], send = async (): Promise<void> => {}): WakeUpTransport {
    return {
      send: (message) => {
        sent.push(message);
        return send();
      },
      receive: async () => async () => undefined,
      close: async () => undefined,
    };
  }
});

describe('a lost wake-up', () => {
  it('is made good for by polling', async () => {
    const hub = createFeedHub({
      db: test.db,
      wakeUp: deafWakeUp,
      logger: silentLogger,
      pollIntervalMs: 5,
    });
    const seqs = hub.subscribe(seqSpec(test.organizationId), 0);
    const received = take(seqs, 30);
    await until('live', () => hub.stats().live === 1);
    for (let commits = 0; commits < 10; commits++) {
      await commitEvents(test.db, test.organizationId, { count: 3 });
    }
    expect(await received).toEqual(range(1, 30));
    await hub.close();
  });
});

/** Two processes on one database: this one writes, the other one is subscribed to. */
async function wakesTheOther(
  other: Database,
  makeWakeUp: (db: Database) => WakeUp,
): Promise<{ wakeUps: [WakeUp, WakeUp]; check(): Promise<void>; close(): Promise<void> }> {
  const wakeUps: [WakeUp, WakeUp] = [makeWakeUp(test.db), makeWakeUp(other)];
  announceCommits(test.db, wakeUps[0]);
  const hub = createFeedHub({
    db: other,
    wakeUp: wakeUps[1],
    logger: silentLogger,
    pollIntervalMs: NEVER_MS,
  });
  const seqs = hub.subscribe(seqSpec(test.organizationId), null);
  await until('live', () => hub.stats().live === 1);
  return {
    wakeUps,
    async check() {
      const received = take(seqs, 4);
      await commitEvents(test.db, test.organizationId, { count: 4 });
      const [first] = await received;
      expect(await received).toEqual(range(first ?? 0, (first ?? 0) + 3));
    },
    async close() {
      await hub.close();
      for (const wakeUp of wakeUps) await wakeUp.close();
    },
  };
}

(onPostgres ? describe : describe.skip)('by NOTIFY', () => {
  it('wakes a hub on another connection to the database', async () => {
    const other = await openDatabase({ url: test.url });
    const pair = await wakesTheOther(other, (db) =>
      createDatabaseWakeUp(db, { logger: silentLogger }),
    );
    await until('listening', async () => (await listeners()) > 0);
    for (let n = 0; n < 5; n++) await pair.check();
    await pair.close();
    expect(await listeners()).toBe(0);
    await other.close();
  });

  it('survives the loss of the listening connection', async () => {
    const other = await openDatabase({ url: test.url });
    const pair = await wakesTheOther(other, (db) =>
      createDatabaseWakeUp(db, { logger: silentLogger }),
    );
    for (let n = 0; n < 3; n++) {
      await until('listening', async () => (await listeners()) > 0);
      await pair.check();
      await test.db.system(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query ilike 'listen%'`,
      );
    }
    await pair.close();
    await other.close();
  });

  async function listeners(): Promise<number> {
    const [row] = await test.db.system<{ count: number }>(
      `select count(*) as count from pg_stat_activity
       where datname = current_database() and query ilike 'listen%'`,
    );
    return row?.count ?? 0;
  }
});

onNats('by NATS', () => {
  const servers = natsUrl ?? '';

  it('wakes a hub of another process', async () => {
    // Two hubs that share nothing but NATS and the database.
    const subject = `antiphon.test.${crypto.randomUUID()}`;
    const pair = await wakesTheOther(test.db, () =>
      createNatsWakeUp({ servers, subject, logger: silentLogger }),
    );
    await connected(pair.wakeUps);
    for (let n = 0; n < 5; n++) await pair.check();
    await pair.close();
  });

  it('goes on after the server was away, and says that messages may be missing', async () => {
    const outage = await outageBefore(servers);
    const subject = `antiphon.test.${crypto.randomUUID()}`;
    outage.begin();
    const away = createNatsWakeUp({ servers: outage.url, subject, logger: silentLogger });
    const heard = await heardBy(away);
    away.publish('nobody hears it, and nothing happens');
    outage.end();
    await until('the first connection', () => heard.includes(null));
    outage.begin();
    heard.length = 0;
    outage.end();
    await until('the second connection', () => heard.includes(null));
    const sender = createNatsWakeUp({ servers, subject, logger: silentLogger });
    await connected([sender, away]);
    await sender.close();
    await away.close();
    await outage.close();
  });

  it('closes while it cannot be reached', async () => {
    const wakeUp = createNatsWakeUp({ servers: 'nats://127.0.0.1:9', logger: silentLogger });
    wakeUp.publish('nobody');
    await wakeUp.close();
  });

  /** The second hears the first. */
  async function connected([sender, receiver]: [WakeUp, WakeUp]): Promise<void> {
    const heard = await heardBy(receiver);
    await until('being connected', () => {
      sender.publish('ready');
      return heard.includes('ready');
    });
  }
});
