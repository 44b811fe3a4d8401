import { createHash } from 'node:crypto';

const MENTIONS_TENANT = /\b(?:organization_id|organization\.id)\s*=\s*\$1(?!\d)/i;

/** A tenant read that could answer with rows of another tenant: a fault of the program. */
export class UntenantedReadError extends Error {
  constructor(sql: string) {
    super(
      `A tenant read must mention "organization_id = $1" (or "organization.id = $1"), this one does not: ${sql}`,
    );
    this.name = 'UntenantedReadError';
  }
}

/**
 * Names for prepared statements, by text. A name lives in every connection that has used it, until
 * that connection ends, so the number of names is bounded: `name` says `null` when they are used
 * up, and `renew` forgets all of them, for the connections to be replaced.
 */
export class StatementNames {
  readonly #limit: number;
  #names = new Map<string, string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The name that this text has been given. */
  known(sql: string): string | undefined {
    return this.#names.get(sql);
  }

  /** The name of this text, the same each time; null when the names are used up. */
  name(sql: string): string | null {
    const known = this.#names.get(sql);
    if (known !== undefined) return known;
    if (this.#names.size >= this.#limit) return null;
    const name = `a_${createHash('sha256').update(sql).digest('base64url').slice(0, 22)}`;
    this.#names.set(sql, name);
    return name;
  }

  renew(): void {
    this.#names = new Map();
  }

  get size(): number {
    return this.#names.size;
  }
}

/** @throws UntenantedReadError */
export function assertTenantRead(sql: string): void {
  if (!MENTIONS_TENANT.test(sql)) throw new UntenantedReadError(sql);
}

/** Who wants to know of each statement that is sent: tests count them, metrics too. */
export class StatementObservers {
  readonly #observers = new Set<(sql: string) => void>();

  add(observer: (sql: string) => void): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  tell(sql: string): void {
    for (const observer of this.#observers) observer(sql);
  }
}
