import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration } from '@mikro-orm/core';
import type { EntityManager, MikroORM } from '@mikro-orm/sql';
import type { DatabaseLogger } from './logger.ts';
import { ormTransaction, type SendStatement } from './orm-transaction.ts';

/** What one write does, all of it in one transaction within one tenant. */
export interface UnitOfWork {
  readonly organizationId: string;
  /** Its own entity manager, in the transaction; flushed before the `beforeCommit` callbacks. */
  readonly em: EntityManager;
  /** One instant for the whole unit. */
  readonly now: Date;
  /** Placeholders are $1, $2 … Sees what this unit has written, but not what `em` has not flushed. */
  execute<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs among the last statements before commit, in order of registration, after `em.flush()`. */
  beforeCommit(work: () => Promise<void>): void;
  /** Runs after commit only. An error is logged: the write has happened, and its caller is told so. */
  afterCommit(work: () => void | Promise<void>): void;
}

/** Opens a transaction within a tenant, runs the body in it, and commits, or rolls back on a throw. */
export type RunInTenant = <T>(
  organizationId: string,
  body: (send: SendStatement) => Promise<T>,
) => Promise<T>;

export interface UnitEnvironment {
  orm: MikroORM;
  runInTenant: RunInTenant;
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
const RETRYABLE = new Set(['40001', '40P01']); // serialization failure, deadlock

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

/** Whole again, up to three times, where the database gave up on one of several rivals. */
export async function runUnitOfWork<T>(
  environment: UnitEnvironment,
  organizationId: string,
  work: (uow: UnitOfWork) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptUnit(environment, organizationId, work);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isRetryable(error)) throw error;
      environment.logger.info({ attempt, organizationId }, 'unit of work is tried again');
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function attemptUnit<T>(
  environment: UnitEnvironment,
  organizationId: string,
  work: (uow: UnitOfWork) => Promise<T>,
): Promise<T> {
  const beforeCommit: (() => Promise<void>)[] = [];
  const afterCommit: (() => void | Promise<void>)[] = [];
  const mark = { open: true };
  /** Set when there is nothing left to do but to commit. */
  let done: UnitOfWork | undefined;
  const body = async (send: SendStatement): Promise<T> => {
    const guard = new StatementGuard(send);
    try {
      const em = environment.orm.em.fork({ clear: true, useContext: false }) as EntityManager;
      em.setTransactionContext(await ormTransaction(guard.send));
      const uow: UnitOfWork = {
        organizationId,
        em,
        now: new Date(),
        execute: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
          (await guard.send(sql, values)).rows as Row[],
        beforeCommit: (callback) => void beforeCommit.push(callback),
        afterCommit: (callback) => void afterCommit.push(callback),
      };
      const value = await work(uow);
      await em.flush();
      // A callback may register another one, which then runs as well.
      for (const callback of beforeCommit) await callback();
      if (beforeCommit.length > 0) await em.flush();
      guard.assertSound();
      done = uow;
      return value;
    } finally {
      guard.end();
      mark.open = false;
    }
  };
  let result: T;
  try {
    result = await environment.runInTenant(organizationId, (send) =>
      openUnit.run(mark, () => body(send)),
    );
  } catch (error) {
    if (done && !isRetryable(error)) await tellWatchers(environment, done, 'unknown');
    throw error;
  }
  if (done) await tellWatchers(environment, done, 'committed');
  await runAfterCommit(afterCommit, organizationId, environment.logger);
  return result;
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

async function runAfterCommit(
  callbacks: readonly (() => void | Promise<void>)[],
  organizationId: string,
  logger: DatabaseLogger,
): Promise<void> {
  for (const callback of callbacks) {
    try {
      await callback();
    } catch (error) {
      logger.error({ err: error, organizationId }, 'work after a commit failed');
    }
  }
}

/** Stands between the work and its connection. */
class StatementGuard {
  readonly #send: SendStatement;
  #failure: { error: unknown } | null = null;
  #ended = false;

  constructor(send: SendStatement) {
    this.#send = send;
  }

  readonly send: SendStatement = async (sql, values) => {
    // The connection may be at work for another tenant by now.
    if (this.#ended) throw new Error(`The unit of work has ended, and cannot send: ${sql}`);
    try {
      const result = await this.#send(sql, values);
      this.#failure = null;
      return result;
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  };

  /**
   * A failed statement spoils the transaction, and PostgreSQL answers COMMIT by rolling back,
   * without an error. Unless a savepoint was returned to, which is a later statement that succeeds,
   * work that swallowed the failure must not be told that it was stored.
   */
  assertSound(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  end(): void {
    this.#ended = true;
  }
}

function isRetryable(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    RETRYABLE.has(error.code)
  );
}
