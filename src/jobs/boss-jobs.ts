import { PgBoss } from 'pg-boss';
import type { DatabaseLogger } from '../db/database.ts';
import type { Jobs, Work } from './jobs.ts';

export interface BossOptions {
  readonly url: string;
  readonly work: Work;
  readonly logger: DatabaseLogger;
  readonly everyMs: number;
}

const SCHEMA = 'antiphon_jobs';
/** Each minute, in one process of all: finds who has work. */
const LOOK = 'look-for-work';
/** One for each organization that has work: at most one waits, and several processes may be at it. */
const WORK = 'work';
const CONNECTIONS = 2;
/** Of organizations, in each process. */
const CONCURRENCY = 2;
const POLLING_SECONDS = 2;
/** A job that takes longer is taken for dead; what it has left is the next one's. */
const EXPIRE_SECONDS = 15 * 60;
const KEEP_SECONDS = 60 * 60;
/** Longer than one delivery may take. */
const STOP_MS = 40_000;

/**
 * Jobs in PostgreSQL. pg-boss says which process works when, and nothing else: a job that is lost is
 * only looked for again, since what is due and what is done is in the tables.
 *
 * It begins when there is something to do for the first time: an installation without surveys has
 * no tables of it, and pays no polling.
 */
export class BossJobs implements Jobs {
  readonly #options: BossOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #stop = new AbortController();
  #boss: Promise<PgBoss> | null = null;

  constructor(options: BossOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#beginWhenNeeded(), options.everyMs).unref();
    void this.#beginWhenNeeded();
  }

  wake(organizationId: string): void {
    if (this.#stop.signal.aborted) return;
    this.#send(organizationId).catch((error: unknown) =>
      this.#report(error, 'waking a job failed'),
    );
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    const boss = await this.#boss?.catch(() => null);
    await boss?.stop({ graceful: true, timeout: STOP_MS });
  }

  async #send(organizationId: string): Promise<void> {
    const boss = await this.#begin();
    await boss.send(WORK, { organizationId }, { singletonKey: organizationId });
  }

  async #beginWhenNeeded(): Promise<void> {
    if (this.#boss !== null) return;
    try {
      const organizationIds = await this.#options.work.due();
      for (const id of organizationIds) this.wake(id);
    } catch (error) {
      this.#report(error, 'looking for jobs failed');
    }
  }

  #begin(): Promise<PgBoss> {
    return (this.#boss ??= this.#start().catch((error: unknown) => {
      this.#boss = null;
      throw error;
    }));
  }

  async #start(): Promise<PgBoss> {
    const boss = new PgBoss({
      connectionString: withoutOwnSettings(this.#options.url),
      application_name: 'antiphon jobs',
      schema: SCHEMA,
      max: CONNECTIONS,
    });
    // Connections are lost now and then; pg-boss goes on by itself.
    boss.on('error', (error) => this.#report(error, 'the queue of jobs'));
    await boss.start();
    const queue = {
      retryLimit: 0,
      deleteAfterSeconds: KEEP_SECONDS,
      retentionSeconds: KEEP_SECONDS,
    };
    await boss.createQueue(LOOK, { ...queue, policy: 'short', expireInSeconds: 60 });
    await boss.createQueue(WORK, { ...queue, policy: 'short', expireInSeconds: EXPIRE_SECONDS });
    await boss.schedule(LOOK, '* * * * *');
    const polling = { pollingIntervalSeconds: POLLING_SECONDS };
    await boss.work(LOOK, polling, () => this.#look(boss));
    await boss.work<{ organizationId: string }>(
      WORK,
      { ...polling, localConcurrency: CONCURRENCY },
      async ([job]) => {
        if (job === undefined) return;
        const signal = AbortSignal.any([this.#stop.signal, job.signal]);
        await this.#run(job.data.organizationId, signal);
      },
    );
    this.#options.logger.info({ schema: SCHEMA }, 'jobs are done by pg-boss');
    return boss;
  }

  async #look(boss: PgBoss): Promise<void> {
    const organizationIds = await this.#options.work.due();
    await boss.insert(
      WORK,
      organizationIds.map((organizationId) => ({
        data: { organizationId },
        singletonKey: organizationId,
      })),
    );
  }

  async #run(organizationId: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.work.run(organizationId, signal);
    } catch (error) {
      this.#report(error, 'a job failed', organizationId);
      throw error;
    }
  }

  #report(error: unknown, message: string, organizationId?: string): void {
    if (this.#stop.signal.aborted) return;
    this.#options.logger.error({ err: error, organizationId }, message);
  }
}

/** The size of Antiphon's own pool is no setting of PostgreSQL. */
function withoutOwnSettings(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.delete('pool_size');
  return parsed.href;
}
