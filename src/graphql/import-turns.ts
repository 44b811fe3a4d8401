import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import type { Database } from '../db/database.ts';
import { RequestError } from './admission/errors.ts';

/**
 * While one import counts what it wrote, which organizations do one after the other, another one
 * inserts. A third would wait for their locks with a connection of the process in hand, and whom
 * PostgreSQL lets through first, where several wait, is chance.
 */
const AT_ONCE = 2;
const MOST_WAITING = 100;
const LONGEST_WAIT_MS = 15_000;

/** Organizations whose queue is kept; one that is forgotten while it is busy has a second one then. */
const MAX_QUEUES = 1_000;

export interface TurnLimits {
  /** Imports of an organization that run at the same time. */
  readonly atOnce: number;
  /** Those that may wait behind them. */
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
}

/** The imports of each organization within this process, in the order in which they came. */
export class ImportTurns {
  readonly #limits: TurnLimits;
  readonly #queues = new LRUCache<string, PQueue>({ max: MAX_QUEUES });

  constructor(limits: Partial<TurnLimits> = {}) {
    this.#limits = {
      atOnce: AT_ONCE,
      mostWaiting: MOST_WAITING,
      longestWaitMs: LONGEST_WAIT_MS,
      ...limits,
    };
  }

  /**
   * Does the work when its turn has come.
   *
   * @throws RequestError RATE_LIMITED where too many wait already, or it has waited too long; the work
   * is not done then
   */
  async take<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queueOf(organizationId);
    if (queue.size >= this.#limits.mostWaiting) throw refusal(queue);
    const waiting = new AbortController();
    const tooLate = () => waiting.abort(refusal(queue));
    const timer = setTimeout(tooLate, this.#limits.longestWaitMs);
    const turn = () => {
      clearTimeout(timer);
      return work();
    };
    return queue.add(turn, { signal: waiting.signal }).finally(() => clearTimeout(timer));
  }

  /** Of all organizations together. */
  get stats(): { running: number; waiting: number } {
    let [running, waiting] = [0, 0];
    for (const queue of this.#queues.values()) {
      running += queue.pending;
      waiting += queue.size;
    }
    return { running, waiting };
  }

  #queueOf(organizationId: string): PQueue {
    const known = this.#queues.get(organizationId);
    if (known) return known;
    const queue = new PQueue({ concurrency: this.#limits.atOnce });
    this.#queues.set(organizationId, queue);
    return queue;
  }
}

const RETRY_AFTER_SECONDS = 5;

function refusal({ size, pending }: PQueue): RequestError {
  return new RequestError(
    'RATE_LIMITED',
    `Nothing was written: ${pending} imports of this organization are running, and ${size} are waiting. ` +
      `Try again in ${RETRY_AFTER_SECONDS} seconds, and send the next one when the last one is answered.`,
    { extensions: { retryAfter: RETRY_AFTER_SECONDS } },
  );
}

const ofDatabase = new WeakMap<Database, ImportTurns>();

/** The turns of all who import into this database through this process. */
export function importTurns(db: Database): ImportTurns {
  let turns = ofDatabase.get(db);
  if (turns === undefined) ofDatabase.set(db, (turns = new ImportTurns()));
  return turns;
}
