import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration } from '@mikro-orm/core';
import type { EntityManager, MikroORM } from '@mikro-orm/sql';
import type { DatabaseLogger } from './logger.ts';
import { ormTransaction } from './orm-transaction.ts';
import type { StatementObservers } from './statements.ts';
import { UnitStatements } from './unit-statements.ts';
import type { UnitTransaction } from './unit-transaction.ts';

/** What one write does, all of it in one transaction within one tenant. */
export interface UnitOfWork {
  readonly organizationId: string;
  /** Its own entity manager, in the transaction; flushed before the `beforeCommit` callbacks. */
  readonly em: EntityManager;
  /** What it shares with its database, and with nobody else: something to keep things by. */
  readonly config: Configuration;
  /** One instant for the whole unit. */
  readonly now: Date;
  /** 1, and more where it began again after a deadlock or a {@link LostRace}. */
  readonly attempt: number;
  /**
   * Placeholders are $1, $2 … Sees what this unit has written, but not what `em` has not flushed.
   * Statements that are asked for at once, as by `Promise.all`, are one round trip.
   */
  execute<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * The same for what nobody has to wait for: it goes with the next statement that somebody waits
   * for, or with the commit, whose error is then its own. `onRows`, which must not throw, is told
   * its rows as soon as they are there.
   */
  defer<Row extends object>(
    sql: string,
    values?: readonly unknown[],
    onRows?: (rows: Row[]) => void,
  ): void;
  /** Runs among the last statements before commit, in order of registration, after `em.flush()`. */
  beforeCommit(work: () => Promise<void>): void;
  /** Runs after commit only. An error is logged: the write has happened, and its caller is told so. */
  afterCommit(work: () => void | Promise<void>): void;
  /**
   * The unit that commits, which several works may share (shared-units.ts): what is written once for
   * all of them is kept by it. To ask for it counts as a write.
   */
  whole(): UnitOfWork;
  /**
   * Until this work ends, no other one that shares the unit has the name: locks of the database do
   * not part those. Gives what is to be waited for where another one has it; what was read before is
   * then to be read again. Works take the name of their idempotency key first, then that of one row.
   */
  takeTurn(name: string): Promise<void> | undefined;
}

/** Opens a transaction within a tenant for the body, which commits it; rolls back on a throw. */
export type RunInTenant = <T>(
  organizationId: string,
  body: (transaction: UnitTransaction) => Promise<T>,
) => Promise<T>;

export interface UnitEnvironment {
  orm: MikroORM;
  runInTenant: RunInTenant;
  observers: StatementObservers;
  logger: DatabaseLogger;
}

/**
 * How a unit ended: `unknown` where its commit was sent and no answer came, so that it may have been
 * written or not. Units that were rolled back for certain are not told of.
 */
export type UnitOutcome = 'committed' | 'unknown';

/** Told of each unit before its caller is; must not throw. */
export type UnitWatcher = (uow: UnitOfWork, outcome: UnitOutcome) => void | Promise<void>;

const watchers = new WeakMap<Configuration, Set<UnitWatcher>>();

/** From here on, `watcher` is told of the units of work of a database. Gives a disposer. */
export function watchUnits(
  { orm }: Pick<UnitEnvironment, 'orm'>,
  watcher: UnitWatcher,
): () => void {
  const known = watchers.get(orm.config) ?? new Set();
  watchers.set(orm.config, known.add(watcher));
  return () => void known.delete(watcher);
}

const MAX_ATTEMPTS = 4;
/** Serialization failure, deadlock, and {@link LostRace}. */
const RETRYABLE = new Set(['40001', '40P01', 'LOST_RACE']);

/**
 * Thrown by a unit's work where somebody else has just made what it was about to make: what it holds
 * is let go, and the unit begins again and finds what is there. To lock that on top of what it
 * holds already could wait in a circle.
 */
export class LostRace extends Error {
  readonly code = 'LOST_RACE';

  constructor() {
    super('another writer was quicker');
  }
}

/** Marks the asynchronous context of a unit while it is open. */
const openUnit = new AsyncLocalStorage<{ open: boolean }>();

/**
 * Inside a unit, a statement on another connection does not see what the unit wrote, and on the
 * embedded database, which has one session, it waits for the unit that waits for it.
 * @throws Error when called inside an open unit of work.
 */
export function assertOutsideUnit(method: string): void {
  if (openUnit.getStore()?.open === true) {
    throw new Error(
      `database.${method} was called inside a unit of work, where it would wait for the unit itself: use uow.execute, or uow.afterCommit`,
    );
  }
}

/** Whole again, up to three times, where the database or the work itself gave up on one of several rivals. */
export async function runUnitOfWork<T>(
  environment: UnitEnvironment,
  organizationId: string,
  work: (uow: UnitOfWork) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptUnit(environment, organizationId, work, attempt);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isRetryable(error)) throw error;
      const { code } = error;
      environment.logger.info({ attempt, organizationId, code }, 'unit of work is tried again');
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function attemptUnit<T>(
  environment: UnitEnvironment,
  organizationId: string,
  work: (uow: UnitOfWork) => Promise<T>,
  attempt: number,
): Promise<T> {
  const { orm, observers, logger } = environment;
  const mark = { open: true };
  /** Set when there is nothing left to do but to commit. */
  let done: OpenUnit | undefined;
  const body = async (transaction: UnitTransaction): Promise<[OpenUnit, T]> => {
    const statements = new UnitStatements(transaction, observers);
    try {
      const unit = new OpenUnit(organizationId, attempt, orm, statements);
      const value = await work(unit);
      await unit.finish();
      done = unit;
      await statements.commit();
      return [unit, value];
    } finally {
      statements.end();
      mark.open = false;
    }
  };
  let result: [OpenUnit, T];
  try {
    result = await environment.runInTenant(organizationId, (transaction) =>
      openUnit.run(mark, () => body(transaction)),
    );
  } catch (error) {
    if (done && !isRolledBack(error)) await tellWatchers(environment, done, 'unknown');
    throw error;
  }
  const [unit, value] = result;
  await tellWatchers(environment, unit, 'committed');
  await unit.runAfterCommit(logger);
  return value;
}

/** A unit of work as it runs. */
class OpenUnit implements UnitOfWork {
  readonly organizationId: string;
  readonly attempt: number;
  readonly now = new Date();
  readonly #orm: MikroORM;
  readonly #statements: UnitStatements;
  readonly #beforeCommit: (() => Promise<void>)[] = [];
  readonly #afterCommit: (() => void | Promise<void>)[] = [];
  #em: EntityManager | undefined;

  constructor(organizationId: string, attempt: number, orm: MikroORM, statements: UnitStatements) {
    this.organizationId = organizationId;
    this.attempt = attempt;
    this.#orm = orm;
    this.#statements = statements;
  }

  get config(): Configuration {
    return this.#orm.config;
  }

  /** Made when it is asked for: half of the units write by statements alone. */
  get em(): EntityManager {
    if (this.#em === undefined) {
      this.#em = this.#orm.em.fork({ clear: true, useContext: false });
      this.#em.setTransactionContext(
        // MikroORM writes the values into the text of its statements.
        ormTransaction((sql, values) => this.#statements.execute({ sql, values, isOneOff: true })),
      );
    }
    return this.#em;
  }

  async execute<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#statements.execute({ sql, values })).rows as Row[];
  }

  defer<Row extends object>(
    sql: string,
    values: readonly unknown[] = [],
    onRows?: (rows: Row[]) => void,
  ): void {
    this.#statements.defer({ sql, values }, ({ rows }) => onRows?.(rows as Row[]));
  }

  beforeCommit(callback: () => Promise<void>): void {
    this.#beforeCommit.push(callback);
  }

  afterCommit(callback: () => void | Promise<void>): void {
    this.#afterCommit.push(callback);
  }

  whole(): UnitOfWork {
    return this;
  }

  takeTurn(): undefined {
    return undefined;
  }

  /** All that comes before the commit. */
  async finish(): Promise<void> {
    await this.#em?.flush();
    // A callback may register another one, which then runs as well.
    for (const callback of this.#beforeCommit) await callback();
    if (this.#beforeCommit.length > 0) await this.#em?.flush();
  }

  async runAfterCommit(logger: DatabaseLogger): Promise<void> {
    const { organizationId } = this;
    for (const callback of this.#afterCommit) {
      try {
        await callback();
      } catch (error) {
        logger.error({ err: error, organizationId }, 'work after a commit failed');
      }
    }
  }
}

async function tellWatchers(
  { orm, logger }: UnitEnvironment,
  uow: UnitOfWork,
  outcome: UnitOutcome,
): Promise<void> {
  for (const watcher of watchers.get(orm.config) ?? []) {
    try {
      await watcher(uow, outcome);
    } catch (error) {
      const { organizationId } = uow;
      logger.error({ err: error, organizationId }, 'a watcher of units of work failed');
    }
  }
}

/**
 * Whether the database itself has answered so: then nothing was written, not even where the commit
 * was on its way.
 */
export function isRolledBack(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR';
}

export function isRetryable(error: unknown): error is Error & { code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    RETRYABLE.has(error.code)
  );
}
