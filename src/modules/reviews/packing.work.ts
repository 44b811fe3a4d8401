import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../../jobs/clock.ts';
import type { Work } from '../../jobs/jobs.ts';
import { packDays } from './packed-days.ts';

export interface PackingWorkOptions {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * It is worth looking at all months of an organization after so many events, and so long after the
 * last time. Until then, what has changed is read day by day.
 */
const EVENTS = 1_000;
const PAUSE_MS = 10 * 60_000;

/** Nobody waits for it: so it takes a fifth of the time of a core, in pieces of some ten milliseconds. */
const MONTHS_AT_ONCE = 100;
const REST = 4;
/** A piece that waited for others is no reason to rest for long. */
const LONGEST_REST_MS = 1_000;

/** Packs the days of months that are over, where much has been written since the last time. */
export function packingWork({ db, clock }: PackingWorkOptions): Work {
  return {
    due: () => dueOrganizations(db, clock.now(), null),
    async run(organizationId, signal) {
      const now = clock.now();
      const due = await dueOrganizations(db, now, organizationId);
      if (due.length === 0) return;
      let begun = performance.now();
      for await (const _packed of packDays(db, organizationId, now, MONTHS_AT_ONCE)) {
        const rest = Math.min(LONGEST_REST_MS, REST * (performance.now() - begun));
        // Asked to stop, it rests no longer.
        await sleep(rest, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        begun = performance.now();
      }
    },
  };
}

/** @param only one that is asked about; null: all */
async function dueOrganizations(db: Database, now: Date, only: string | null): Promise<string[]> {
  const rows = await db.system<{ id: string }>(
    `select c.organization_id as id from feed_counter c
     left join days_packing p on p.organization_id = c.organization_id
     where c.last_seq - coalesce(p.seq, 0) >= ${EVENTS} and (p.packed_at is null or p.packed_at <= $1)
       and ($2::uuid is null or c.organization_id = $2)`,
    [new Date(now.getTime() - PAUSE_MS), only],
  );
  return rows.map(({ id }) => id);
}
