/** Each minute it is looked who is due: that must not cost more where there are more customers. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { entities } from '../../src/modules/entities.ts';
import { planInvitations } from '../../src/modules/invitations/planner.ts';
import { insertSurvey } from '../survey-responses/survey-kit.ts';
import { createOrganization, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { insertSchedule } from './desk.ts';

const NOW = new Date('2026-03-02T12:00:00Z');

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase({ entities });
});
afterAll(() => test.close());

/** Customers with an event and an invitation each, over years; a hundred are due, whatever the others are. */
async function fill(organizationId: string, customers: number): Promise<void> {
  const { db } = test;
  await db.system(
    `insert into customer (organization_id, id, external_id, locale, time_zone, signed_up_at,
       created_at, updated_at)
     select $1, gen_random_uuid(), 'c' || n, 'en', 'UTC',
       case when n <= 100 then $2::timestamptz - interval '7 days 1 hour'
         else $2::timestamptz - interval '500 days' - n * interval '1 minute' end, now(), now()
     from generate_series(1, $3::int) n`,
    [organizationId, NOW, customers],
  );
  await db.system(
    `insert into customer_event (organization_id, id, customer_id, kind, occurred_at, received_at)
     select $1, gen_random_uuid(), id, 'PURCHASE', signed_up_at + interval '6 days', now()
     from customer where organization_id = $1`,
    [organizationId],
  );
  const survey = await insertSurvey(db, organizationId);
  const lifecycle = { kind: 'LIFECYCLE', firstAfterDays: 7, thenAfterDays: 30, everyDays: 90 };
  const schedule = await insertSchedule(db, organizationId, survey.id, lifecycle);
  await db.system(
    `insert into invitation (organization_id, id, target, survey_id, schedule_id, customer_id,
       channel, occasion, locale, state, due_at, created_at)
     select $1, gen_random_uuid(), 'SURVEY', $2, $3::uuid, id, 'EMAIL', $3::uuid || ':' || id || ':0',
       'en', 'SENT', signed_up_at, now()
     from customer where organization_id = $1`,
    [organizationId, survey.id, schedule],
  );
  const purchase = { event: 'PURCHASE', name: null, touchpoint: null };
  await insertSchedule(db, organizationId, survey.id, {
    ...{ kind: 'EVENT_COUNT', ...purchase, count: 1, delayMinutes: 0 },
  });
}

/** Rows of all tables that a look reads; the first look makes the invitations, the second finds them. */
async function looks(customers: number): Promise<{ made: number; read: number }[]> {
  const { db } = test;
  const slug = `shop-${customers}`;
  const organizationId = await createOrganization(db, { slug });
  await fill(organizationId, customers);
  const found: { made: number; read: number }[] = [];
  for (let i = 0; i < 2; i++) {
    await db.system('vacuum analyze');
    // What the connection has counted before is flushed, so that it is not counted here.
    await setTimeout(1_100);
    await db.system('select 1');
    await db.unitOfWork(organizationId, async (uow) => {
      const made = await planInvitations(uow, NOW);
      const [sum] = await uow.execute<{ read: number }>(
        `select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read
         from pg_stat_xact_user_tables where relname in ('customer', 'customer_event', 'invitation')`,
      );
      found.push({ made, read: sum?.read ?? 0 });
    });
  }
  return found;
}

it('reads what is due of 30,000 customers, and not the others', async () => {
  const found = await looks(30_000);
  expect(found.map(({ made }) => made)).toEqual([200, 0]);
  for (const { read } of found) {
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1_500);
  }
}, 60_000);
