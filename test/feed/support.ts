import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../src/db/database.ts';
import { silentLogger } from '../../src/db/logger.ts';
import { recordEvents, type FeedEvent, type FeedEventKind } from '../../src/feed/events.ts';
import type { CohortSpec } from '../../src/feed/runtime.ts';
import type { WakeUp } from '../../src/feed/wakeup.ts';

export { silentLogger };

/** Waits for something to become true; fails, saying what, rather than hang. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for: ${what}`);
    await sleep(2);
  }
}

export interface NewEvents {
  count?: number;
  kind?: FeedEventKind;
}

/** Commits some events in one unit of work. */
export async function commitEvents(
  db: Database,
  organizationId: string,
  { count = 1, kind = 'REVIEW_RECEIVED' }: NewEvents = {},
): Promise<void> {
  await db.unitOfWork(organizationId, async (uow) => {
    recordEvents(
      uow,
      Array.from({ length: count }, () => ({ kind })),
    );
  });
}

/** A subscription to the seqs of the events of some kinds. */
export function seqSpec(
  organizationId: string,
  parts: Partial<CohortSpec<number>> = {},
): CohortSpec<number> {
  return {
    key: 'seqs',
    organizationId,
    kinds: ['REVIEW_RECEIVED'],
    produce: async (events) => seqItems(events),
    ...parts,
  };
}

export function seqItems(events: readonly FeedEvent[]): { seq: number; value: number }[] {
  return events.map(({ seq }) => ({ seq, value: seq }));
}

/** The next values of a subscription, which must not end before. */
export async function take<T>(iterator: AsyncIterator<T, undefined>, count: number): Promise<T[]> {
  const values: T[] = [];
  while (values.length < count) {
    const result = await iterator.next();
    if (result.done === true) throw new Error(`Ended after ${values.length} of ${count}`);
    values.push(result.value);
  }
  return values;
}

/** All numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Loses all that is published. */
export const deafWakeUp: WakeUp = {
  publish() {},
  subscribe: async () => async () => undefined,
  close: async () => undefined,
};

export interface Outage {
  /** Where to connect to instead. */
  readonly url: string;
  /** Cuts all connections, and refuses new ones. */
  begin(): void;
  end(): void;
  close(): Promise<void>;
}

/** A server that can go away and come back: a TCP proxy before the real one. */
export async function outageBefore(realUrl: string): Promise<Outage> {
  const target = new URL(realUrl);
  const sockets = new Set<Socket>();
  let isAway = false;
  const server = createServer((socket) => {
    if (isAway) {
      socket.destroy();
      return;
    }
    const upstream = createConnection(Number(target.port), target.hostname);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = new URL(realUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => sockets.forEach((socket) => void socket.destroy());
  return {
    url: url.href,
    begin() {
      isAway = true;
      cut();
    },
    end() {
      isAway = false;
    },
    async close() {
      cut();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
