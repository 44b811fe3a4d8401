import type { Database, DatabaseLogger } from '../db/database.ts';
import { BossJobs } from './boss-jobs.ts';
import { TimerJobs } from './timer-jobs.ts';

/** What is done in the background, organization by organization. */
export interface Work {
  /** The organizations (UUIDs) for which there may be something to do by now. */
  due(): Promise<readonly string[]>;
  /**
   * Does what is due for one of them. Several processes may be at it at once, and any of them may die
   * in the middle: what is done how far, the tables say, and not the job.
   * @param signal asks it to leave the rest to others, and to return soon
   */
  run(organizationId: string, signal: AbortSignal): Promise<void>;
}

/** Work under way. */
export interface Jobs {
  /** Has an organization looked at soon, without waiting for the next minute. Never throws. */
  wake(organizationId: string): void;
  /** Begins nothing more, and waits for what is being done. */
  close(): Promise<void>;
}

export interface JobsOptions {
  readonly db: Database;
  /** Of PostgreSQL: without it, the jobs of this process are done by a timer. */
  readonly url: string | undefined;
  /** In this order, for each organization. */
  readonly works: readonly Work[];
  readonly logger: DatabaseLogger;
  /** How often it is looked for work where nobody wakes it (default: a minute). */
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;

/**
 * Has the work done from now on: on PostgreSQL by pg-boss, which shares it among the processes. The
 * embedded database has one process, and needs no more than a timer.
 */
export function startJobs(options: JobsOptions): Jobs {
  const { db, url, works, logger, everyMs = EVERY_MS } = options;
  const work = allOf(works);
  const jobs =
    url === undefined || db.kind === 'embedded'
      ? new TimerJobs({ work, logger, everyMs })
      : new BossJobs({ work, logger, everyMs, url });
  started.set(db, jobs);
  return jobs;
}

/** By the database, which whoever has something to do at once has in hand. */
const started = new WeakMap<Database, Jobs>();

/** Has an organization looked at soon; where this process does no jobs, the others look within a minute. */
export function wakeJobs(db: Database, organizationId: string): void {
  started.get(db)?.wake(organizationId);
}

function allOf(works: readonly Work[]): Work {
  return {
    async due() {
      const found = await Promise.all(works.map((work) => work.due()));
      return [...new Set(found.flat())];
    },
    async run(organizationId, signal) {
      // A work that fails keeps none of the others from theirs.
      const faults: unknown[] = [];
      for (const work of works) {
        if (signal.aborted) break;
        await work.run(organizationId, signal).catch((error: unknown) => faults.push(error));
      }
      if (faults.length > 0) throw faults[0];
    },
  };
}
