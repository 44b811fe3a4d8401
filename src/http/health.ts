import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { sendText } from './answers.ts';
import { JSON_TYPE } from './media-types.ts';

/** Something that has to be in order before this process should get requests. */
export interface ReadinessCheck {
  readonly name: string;
  /** Null where it is in order; else what is not, for whoever operates the server. */
  readonly check: () => Promise<string | null>;
}

const TIMEOUT_MS = 5_000;

/** The process runs: what a supervisor asks before it restarts it. */
export function sendHealth(response: ServerResponse): void {
  sendText(response, 200, JSON_TYPE, '{"status":"ok"}');
}

/** The process can do its work: what a load balancer asks before it sends requests. */
export async function sendReadiness(
  response: ServerResponse,
  checks: readonly ReadinessCheck[],
  isLeaving: boolean,
  logger: Pick<Logger, 'warn'>,
): Promise<void> {
  const reasons = isLeaving ? ['shutting down'] : await reasonsOf(checks, logger);
  const isReady = reasons.length === 0;
  const state = isReady ? { status: 'ready' } : { status: 'not ready', reasons };
  sendText(response, isReady ? 200 : 503, JSON_TYPE, JSON.stringify(state));
}

async function reasonsOf(
  checks: readonly ReadinessCheck[],
  logger: Pick<Logger, 'warn'>,
): Promise<string[]> {
  const reasons = await Promise.all(
    checks.map(async ({ name, check }) => {
      try {
        const reason = await inTime(check());
        return reason === null ? null : `${name}: ${reason}`;
      } catch (error) {
        logger.warn({ check: name, why: String(error) }, 'A readiness check failed');
        return `${name}: no answer`;
      }
    }),
  );
  return reasons.filter((reason) => reason !== null);
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('timed out')), TIMEOUT_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
