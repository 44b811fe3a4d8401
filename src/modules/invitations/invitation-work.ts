import type { Database, DatabaseLogger, UnitOfWork } from '../../db/database.ts';
import type { Work } from '../../jobs/jobs.ts';
import { deliver, giveBack, type Sending } from './deliver.ts';
import { renewLease } from './outcomes.ts';
import { planInvitations } from './planner.ts';
import { readSurroundings, type SendingMeans, type Surroundings } from './surroundings.ts';
import { type Delivery, type Look, takeLeft, takeReminders, takeScheduled } from './take.ts';

export interface InvitationWorkOptions {
  readonly db: Database;
  readonly means: SendingMeans;
  readonly logger: DatabaseLogger;
}

/** Plans what is due, and sends it: what the jobs do, again and again, in every process. */
export function invitationWork(options: InvitationWorkOptions): Work {
  const { db, means, logger } = options;
  return {
    due: () => organizationsWithWork(db, means.clock.now()),
    async run(organizationId, signal) {
      const around = await readSurroundings({ db, organizationId }, means);
      await db.unitOfWork(organizationId, (uow) => planInvitations(uow, around.now));
      const sending = { db, organizationId, around, logger };
      for (const take of [takeLeft, takeScheduled, takeReminders]) {
        await sendAll(sending, take, signal);
      }
    },
  };
}

type Take = (uow: UnitOfWork, around: Surroundings) => Promise<Look>;

/** Takes as much as can be delivered soon, and so on until nothing is left. */
async function sendAll(sending: Sending, take: Take, signal: AbortSignal): Promise<void> {
  const { db, organizationId, around } = sending;
  while (!signal.aborted) {
    const look = await db.unitOfWork(organizationId, (uow) => take(uow, around));
    if (look.seen === 0) return;
    await deliverAll(sending, look.deliveries, signal);
  }
}

/** Some at once; where it is asked to stop, those that are under way are finished. */
async function deliverAll(
  sending: Sending,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
): Promise<void> {
  const { concurrency, leaseMs } = sending.around.means;
  const waiting = deliveries.values();
  const takenAt = performance.now();
  const worker = async () => {
    for (const delivery of waiting) {
      if (signal.aborted) await giveBack(sending, delivery);
      else if (
        performance.now() - takenAt < leaseMs / 3 ||
        (await isStillOurs(sending, delivery))
      ) {
        await deliver(sending, delivery);
      }
    }
  };
  const workers = Array.from({ length: concurrency }, worker);
  // A fault of one (a lost database) must not leave the others unwatched.
  const results = await Promise.allSettled(workers);
  const fault = results.find((result) => result.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
}

/** The mail server was slow: what has waited for long may have been taken for left. */
function isStillOurs({ db, organizationId, around }: Sending, { invitation }: Delivery) {
  return db.unitOfWork(organizationId, (uow) =>
    renewLease(uow, invitation.id, around.means.leaseMs),
  );
}

/** Across tenants, since nobody is asking: each of them is then worked on within itself. */
async function organizationsWithWork(db: Database, now: Date): Promise<readonly string[]> {
  const rows = await db.system<{ id: string }>(
    `select o.id from organization o where
       exists (select from survey_schedule s where s.organization_id = o.id and s.active)
       or exists (select from invitation i where i.organization_id = o.id
         and i.state = 'SCHEDULED' and coalesce(i.retry_at, i.due_at) <= $1)
       or exists (select from invitation i where i.organization_id = o.id and i.state = 'SENDING')
       or exists (select from invitation i where i.organization_id = o.id
         and i.next_reminder_at <= $1)
     order by o.id`,
    [now],
  );
  return rows.map(({ id }) => id);
}
