/** How long closing waits for what runs, in milliseconds. */
export const CLOSE_TIMEOUT_MS = 5_000;

/** Work that has begun and not ended, so that closing can wait for it. */
export class RunningWork {
  readonly #running = new Set<Promise<unknown>>();

  add<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const remove = () => void this.#running.delete(work);
    work.then(remove, remove);
    return work;
  }

  /** Resolves when all of it has ended, however; where a time is given, at the latest after that. */
  async settle(timeoutMs?: number): Promise<void> {
    const settled = Promise.allSettled(this.#running);
    if (timeoutMs === undefined) {
      await settled;
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([settled, timeout]).finally(() => clearTimeout(timer));
  }
}
