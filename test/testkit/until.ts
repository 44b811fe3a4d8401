import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds. @throws Error naming it, when it does not within the time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`In ${timeoutMs} ms it did not happen that ${what}`);
    await sleep(10);
  }
}
