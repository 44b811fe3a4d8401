import type { DatabaseLogger } from '../db/database.ts';
import type { Jobs, Work } from './jobs.ts';

export interface TimerOptions {
  readonly work: Work;
  readonly logger: DatabaseLogger;
  readonly everyMs: number;
}

/** One organization after the other, in this process. */
export class TimerJobs implements Jobs {
  readonly #options: TimerOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #stop = new AbortController();
  readonly #waiting = new Set<string>();
  #running: Promise<void> | null = null;

  constructor(options: TimerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.everyMs).unref();
    this.#look();
  }

  wake(organizationId: string): void {
    if (this.#stop.signal.aborted) return;
    this.#waiting.add(organizationId);
    this.#running ??= this.#workThrough().finally(() => (this.#running = null));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    await this.#running;
  }

  #look(): void {
    const { work, logger } = this.#options;
    work.due().then(
      (organizationIds) => organizationIds.forEach((id) => this.wake(id)),
      (error: unknown) => {
        if (!this.#stop.signal.aborted) logger.error({ err: error }, 'looking for jobs failed');
      },
    );
  }

  async #workThrough(): Promise<void> {
    const { work, logger } = this.#options;
    for (const organizationId of this.#waiting) {
      if (this.#stop.signal.aborted) return;
      this.#waiting.delete(organizationId);
      try {
        await work.run(organizationId, this.#stop.signal);
      } catch (error) {
        logger.error({ err: error, organizationId }, 'a job failed');
      }
    }
  }
}
