/**
 * Customers over months of virtual time, and three server processes that are killed again and again:
 * what arrives at real mail servers is compared with what an independent model expects.
 *
 * `INVITATION_CUSTOMERS=1000 INVITATION_DAYS=730 INVITATION_STEP_HOURS=2` plays two years.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entities } from '../../src/modules/entities.ts';
import { onPostgres, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { Random } from '../testkit/random.ts';
import { rollupDifferences } from './desk.ts';
import { Fleet } from './fleet.ts';
import { type ExpectedMail, expectedMails, isDaytime } from './model.ts';
import { arrivedMails, play, prepare } from './simulation.ts';
import { answerTime, makeWorld } from './world.ts';

const CUSTOMERS = Number(process.env['INVITATION_CUSTOMERS'] ?? 60);
const DAYS = Number(process.env['INVITATION_DAYS'] ?? 100);
const STEP_HOURS = Number(process.env['INVITATION_STEP_HOURS'] ?? 12);
const DEADLY_EVERY = Number(process.env['INVITATION_DEADLY_EVERY'] ?? 40);
const SEED = Number(process.env['RANDOM_SEED'] ?? 5);
const QUIET_MS = 30 * 24 * 3_600_000;

const byTime = (a: ExpectedMail, b: ExpectedMail) =>
  a.at - b.at || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const readable = (mail: ExpectedMail) => ({ ...mail, at: new Date(mail.at).toISOString() });

(onPostgres ? describe : describe.skip)('over months, with three processes that are killed', () => {
  let test: TestDatabase;
  let fleet: Fleet;
  beforeAll(async () => {
    test = await openTestDatabase({ entities });
    fleet = await Fleet.open(test.url as string, test.organizationId, 3);
  }, 60_000);
  afterAll(async () => {
    await fleet.close();
    await test.close();
  });

  it(`${CUSTOMERS} customers in ${DAYS} days get each mail once, when the model says`, async () => {
    const { db, organizationId } = test;
    const random = new Random(SEED);
    const world = makeWorld(random, CUSTOMERS, DAYS, STEP_HOURS);
    const { schedules } = await prepare(db, organizationId, world);
    const started = Date.now();
    const customers = await play(db, organizationId, world, fleet, {
      ...{ seed: SEED, random, deadlyEvery: DEADLY_EVERY },
    });
    const arrived = (await arrivedMails(db, organizationId, fleet)).sort(byTime);
    const expected = world.people
      .flatMap((person) => {
        const id = customers.get(person.name);
        return id === undefined
          ? []
          : expectedMails(person, id, schedules, world.instants, (occasion, sentAt) =>
              answerTime(SEED, occasion, sentAt),
            );
      })
      .sort(byTime);
    process.stderr.write(
      `${JSON.stringify({
        customers: customers.size,
        instants: world.instants.length,
        kills: fleet.kills,
        invitations: arrived.filter(({ reminder }) => reminder === 0).length,
        reminders: arrived.filter(({ reminder }) => reminder > 0).length,
        copies: fleet.arrivals.length - arrived.length,
        seconds: Math.round((Date.now() - started) / 1000),
      })}\n`,
    );
    expect(fleet.kills).toBeGreaterThan(0);
    expect(arrived.map(readable)).toEqual(expected.map(readable));

    // What holds whatever any model says.
    const zones = new Map(world.people.map(({ name, timeZone }) => [name, timeZone]));
    const atNight = arrived.filter(({ person, at }) => !isDaytime(at, zones.get(person) as string));
    expect(atNight).toEqual([]);
    const last = new Map<string, number>();
    for (const { person, at } of arrived.filter(({ reminder }) => reminder === 0)) {
      expect(at - (last.get(person) ?? -QUIET_MS)).toBeGreaterThanOrEqual(QUIET_MS);
      last.set(person, at);
    }
    const left = await db.system(`select id from invitation where state = 'SENDING'`);
    expect(left).toEqual([]);
    expect(await rollupDifferences(db, organizationId)).toEqual([]);
  }, 36_000_000);
});
