import type { Configuration } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import type { UnitOfWork } from './unit-of-work.ts';

const SELECT = /^\s*select\b/i;

/**
 * The part of one work in a unit of work that several share: they run side by side, what they send
 * at once is one round trip, and all of it is committed, or nothing.
 */
export class MemberUnit implements UnitOfWork {
  readonly #whole: UnitOfWork;
  /** Whose turn it is, by the names that the works of the unit have asked for. */
  readonly #turns: Map<string, MemberUnit>;
  readonly #taken: string[] = [];
  readonly #over = Promise.withResolvers<void>();
  #hasChanged = false;
  #isOver = false;

  constructor(whole: UnitOfWork, turns: Map<string, MemberUnit>) {
    this.#whole = whole;
    this.#turns = turns;
  }

  get organizationId(): string {
    return this.#whole.organizationId;
  }

  get config(): Configuration {
    return this.#whole.config;
  }

  get now(): Date {
    return this.#whole.now;
  }

  get attempt(): number {
    return this.#whole.attempt;
  }

  get em(): EntityManager {
    this.#hasChanged = true;
    return this.#whole.em;
  }

  /** Whether anything but a `select` was asked for: otherwise, without this work nothing is missing. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  whole(): UnitOfWork {
    this.#hasChanged = true;
    return this.#whole;
  }

  execute<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
    this.#note(sql);
    return this.#whole.execute(sql, values);
  }

  defer<Row extends object>(
    sql: string,
    values?: readonly unknown[],
    onRows?: (rows: Row[]) => void,
  ): void {
    this.#note(sql);
    this.#whole.defer(sql, values, onRows);
  }

  beforeCommit(work: () => Promise<void>): void {
    this.#hasChanged = true;
    this.#whole.beforeCommit(work);
  }

  afterCommit(work: () => void | Promise<void>): void {
    this.#hasChanged = true;
    this.#whole.afterCommit(work);
  }

  takeTurn(name: string): Promise<void> | undefined {
    // A wait that was given up: nobody would ever have its turn after it.
    if (this.#isOver) return undefined;
    const holder = this.#turns.get(name);
    if (holder !== undefined && holder !== this) {
      return holder.#over.promise.then(() => this.takeTurn(name));
    }
    this.#turns.set(name, this);
    this.#taken.push(name);
    return undefined;
  }

  /** Its work has ended, however. */
  end(): void {
    this.#isOver = true;
    for (const name of this.#taken) this.#turns.delete(name);
    this.#over.resolve();
  }

  #note(sql: string): void {
    if (!SELECT.test(sql)) this.#hasChanged = true;
  }
}
