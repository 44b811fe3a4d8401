import type { UnitOfWork } from '../../db/database.ts';
import { recordsetSql, recordsetValues } from '../../db/recordset.ts';
import type { KnownReview } from './review.writes.ts';
import { FACT_COLUMNS, FACT_SOURCE } from './rollup-facts.ts';
import { rollupStatement } from './rollup-statement.ts';

/**
 * What a unit of work changes in the rollups. Its reviews are counted as they were before the unit
 * and as they are at its end, and the difference is written by one statement before it commits.
 */
export class RollupChange {
  readonly #uow: UnitOfWork;
  readonly #before = new Map<string, KnownReview>();
  readonly #touched = new Set<string>();
  /** Whether all of them are new: a response to one that is would be a change of it. */
  #areNew = true;

  constructor(uow: UnitOfWork) {
    this.#uow = uow;
  }

  /** Of reviews that the unit locked and is about to change, as they are until then. */
  changing(reviews: Iterable<KnownReview>): void {
    this.#areNew = false;
    for (const review of reviews) {
      // A second change within a unit begins from what the unit itself has written.
      if (!this.#touched.has(review.id)) this.#before.set(review.id, review);
      this.#touched.add(review.id);
    }
  }

  /** Of reviews that the unit has created, without responses. */
  created(ids: Iterable<string>): void {
    for (const id of ids) this.#touched.add(id);
  }

  write(): void {
    if (this.#touched.size === 0) return;
    shareRollups(this.#uow);
    const before = [...this.#before.values()];
    const values = [this.#uow.organizationId, [...this.#touched]];
    if (this.#areNew) this.#uow.defer(COUNT_NEW, values);
    else this.#uow.defer(COUNT_CHANGED, [...values, ...recordsetValues(FACT_SOURCE, before)]);
  }
}

const ADDED = `select 1 as sign, ${FACT_COLUMNS} from review where organization_id = $1 and id = any($2::uuid[])`;
const TAKEN = `select -1, ${FACT_COLUMNS} from ${recordsetSql(FACT_SOURCE, 'b', 3)}`;
const COUNT_NEW = rollupStatement({ reviews: ADDED, at: 'both', isUnanswered: true });
const COUNT_CHANGED = rollupStatement({ reviews: `${ADDED} union all ${TAKEN}`, at: 'both' });

const changes = new WeakMap<UnitOfWork, RollupChange>();

/** The unit's change of the rollups, which is written before it commits. */
export function rollupChange(uow: UnitOfWork): RollupChange {
  let change = changes.get(uow);
  if (!change) {
    const made = new RollupChange(uow);
    changes.set(uow, (change = made));
    uow.beforeCommit(async () => made.write());
  }
  return change;
}

/** How far a walk through an organization's rollups has come. */
export interface RollupStep {
  readonly done: number;
  readonly total: number;
}

/**
 * Writers add to the rollups side by side. Who counts anew what is there already (another time
 * zone, a rebuild) must be alone: otherwise a writer that has counted and not yet committed would
 * be missed.
 */
export function shareRollups(uow: UnitOfWork): void {
  uow.defer(`select pg_advisory_xact_lock_shared(${LOCK})`, [uow.organizationId]);
}

/** Waits for the writers of the organization, and keeps others waiting until the unit ends. */
export function holdRollups(uow: UnitOfWork): Promise<unknown> {
  return uow.execute(`select pg_advisory_xact_lock(${LOCK})`, [uow.organizationId]);
}

const LOCK = `hashtext('antiphon.rollups'), hashtext($1::text)`;
