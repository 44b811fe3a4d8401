import type { Database, UnitOfWork } from '../db/database.ts';
import { MemberUnit } from '../db/member-unit.ts';
import { assertOutsideUnit, isRetryable, isRolledBack } from '../db/unit-of-work.ts';
import { RequestError } from './admission/errors.ts';

/**
 * How long the works of a shared unit wait for a lock: whoever holds one keeps the work waiting that
 * wants it, and not those that were only sent along with it. To commit, they wait like everybody.
 */
const LOCK_TIMEOUT = `set local lock_timeout = '200ms'`;
const USUAL_LOCK_TIMEOUT = 'set local lock_timeout to default';
const LOCK_NOT_AVAILABLE = '55P03';

export interface SharingLimits {
  /** Works that share a unit: the first of them waits for the last. */
  readonly mostTogether: number;
  /** Those that may wait behind the unit that is under way. */
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
}

const LIMITS: SharingLimits = { mostTogether: 32, mostWaiting: 1_000, longestWaitMs: 15_000 };

type Work<T> = (uow: UnitOfWork) => Promise<T>;

/** One who waits for what came of a work. */
interface Member {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Refuses it when it has waited too long. */
  timer?: NodeJS.Timeout;
}

/** What is told to a member once the unit has committed. */
type Outcome = () => void;

/**
 * Small writes of an organization, which would wait for each other's commits: those that come while
 * one is under way are done together by the next unit of work, side by side, and committed once.
 */
export class SharedUnits {
  readonly #db: Database;
  readonly #limits: SharingLimits;
  /** Those that wait behind the unit that is under way, for each organization that has one. */
  readonly #waiting = new Map<string, Set<Member>>();

  constructor(db: Database, limits: Partial<SharingLimits> = {}) {
    this.#db = db;
    this.#limits = { ...LIMITS, ...limits };
  }

  /**
   * Like `unitOfWork`, in a unit that others may share; fails alone. Resolves when it is committed.
   * The work may be run more often than once; what it waits for other than its statements, all of
   * the unit wait for.
   *
   * @throws RequestError RATE_LIMITED where too many wait already, or it has waited too long; the work
   * is not done then
   */
  run<T>(organizationId: string, work: Work<T>): Promise<T> {
    assertOutsideUnit('sharedUnits');
    return new Promise<T>((resolve, reject) => {
      const member = { work, resolve: resolve as Member['resolve'], reject };
      const waiting = this.#waiting.get(organizationId);
      if (waiting) this.#wait(waiting, member);
      else void this.#runAll(organizationId, member);
    });
  }

  #wait(waiting: Set<Member>, member: Member): void {
    const refuse = () => member.reject(refusal(waiting.size));
    if (waiting.size >= this.#limits.mostWaiting) return refuse();
    waiting.add(member);
    member.timer = setTimeout(() => {
      waiting.delete(member);
      refuse();
    }, this.#limits.longestWaitMs);
  }

  /** Those whose wait is over. */
  #taken(waiting: Set<Member>): readonly Member[] {
    const members = [...waiting].slice(0, this.#limits.mostTogether);
    for (const member of members) {
      waiting.delete(member);
      clearTimeout(member.timer);
    }
    return members;
  }

  async #runAll(organizationId: string, first: Member): Promise<void> {
    const waiting = new Set<Member>();
    this.#waiting.set(organizationId, waiting);
    let members: readonly Member[] = [first];
    while (members.length > 0) {
      await this.#runTogether(organizationId, members);
      members = this.#taken(waiting);
    }
    this.#waiting.delete(organizationId);
  }

  /** Never rejects: members are told. */
  async #runTogether(organizationId: string, members: readonly Member[]): Promise<void> {
    let [isBegun, isDone] = [false, false];
    try {
      const outcomes = await this.#db.unitOfWork(organizationId, async (uow) => {
        [isBegun, isDone] = [true, false];
        uow.defer(LOCK_TIMEOUT);
        const told = await outcomesOf(members, uow);
        uow.defer(USUAL_LOCK_TIMEOUT);
        isDone = true;
        return told;
      });
      for (const tell of outcomes) tell();
    } catch (error) {
      const isUnwritten = isBegun && (!isDone || isRolledBack(error));
      if (isUnwritten && (members.length > 1 || isLockTimeout(error))) {
        this.#runApart(organizationId, members);
      } else for (const { reject } of members) reject(error);
    }
  }

  /** Each for itself, so that one that fails fails alone. Nobody waits behind them. */
  #runApart(organizationId: string, members: readonly Member[]): void {
    for (const { work, resolve, reject } of members) {
      this.#db.unitOfWork(organizationId, work).then(resolve, reject);
    }
  }
}

/** @throws what a work threw, where the unit cannot go on without it; after all of them have ended. */
async function outcomesOf(members: readonly Member[], uow: UnitOfWork): Promise<Outcome[]> {
  const turns = new Map<string, MemberUnit>();
  const ended = await Promise.allSettled(
    members.map((member) => outcomeOf(member, new MemberUnit(uow, turns))),
  );
  return ended.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

async function outcomeOf({ work, resolve, reject }: Member, unit: MemberUnit): Promise<Outcome> {
  try {
    const value = await work(unit);
    return () => resolve(value);
  } catch (error) {
    // A work that only looked, and then refused, leaves nothing behind.
    if (unit.hasChanged || isRetryable(error)) throw error;
    return () => reject(error);
  } finally {
    unit.end();
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
}

const RETRY_AFTER_SECONDS = 5;

function refusal(waiting: number): RequestError {
  return new RequestError(
    'RATE_LIMITED',
    `Nothing was written: ${waiting} writes of this organization are waiting for the ones before them. ` +
      `Try again in ${RETRY_AFTER_SECONDS} seconds, with fewer at a time.`,
    { extensions: { retryAfter: RETRY_AFTER_SECONDS } },
  );
}

const ofDatabase = new WeakMap<Database, SharedUnits>();

/** The units that are shared by all who write to this database through this process. */
export function sharedUnits(db: Database): SharedUnits {
  let units = ofDatabase.get(db);
  if (units === undefined) ofDatabase.set(db, (units = new SharedUnits(db)));
  return units;
}
