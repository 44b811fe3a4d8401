import type { UnitOfWork } from '../../db/database.ts';
import { recordsetSql, recordsetValues } from '../../db/recordset.ts';
import type { KnownReview } from './review.writes.ts';
import { FACT_COLUMNS, FACT_SOURCE } from './rollup-facts.ts';
import { COUNT_FIRST_RESPONSE } from './rollup-of-first-response.ts';
import { rollupStatement } from './rollup-statement.ts';

type Done = 'created' | 'changed' | 'answered';

/**
 * What a unit of work changes in the rollups. Its reviews are counted as they were before the unit
 * and as they are at its end, and the difference is written by one statement before it commits.
 */
export class RollupChange {
  readonly #uow: UnitOfWork;
  readonly #before = new Map<string, KnownReview>();
  readonly #touched = new Set<string>();
  /** What was done to them: where that is one thing alone, it touches some counts alone. */
  readonly #done = new Set<Done>();

  constructor(uow: UnitOfWork) {
    this.#uow = uow;
  }

  /** Of reviews that the unit locked and is about to change, as they are until then. */
  changing(reviews: Iterable<KnownReview>): void {
    this.#done.add('changed');
    this.#remember(reviews);
  }

  /** The same of reviews of which nothing changes but their first response. */
  answering(reviews: Iterable<KnownReview>): void {
    this.#done.add('answered');
    this.#remember(reviews);
  }

  #remember(reviews: Iterable<KnownReview>): void {
    for (const review of reviews) {
      // A second change within a unit begins from what the unit itself has written.
      if (!this.#touched.has(review.id)) this.#before.set(review.id, review);
      this.#touched.add(review.id);
    }
  }

  /** Of reviews that the unit has created, without responses. */
  created(ids: Iterable<string>): void {
    this.#done.add('created');
    for (const id of ids) this.#touched.add(id);
  }

  write(): void {
    if (this.#touched.size === 0) return;
    shareRollups(this.#uow);
    const before = [...this.#before.values()];
    const values = [this.#uow.organizationId, [...this.#touched]];
    const isAll = (done: Done) => this.#done.size === 1 && this.#done.has(done);
    if (isAll('created')) return this.#uow.defer(COUNT_NEW, values);
    const [review, ...others] = before;
    if (isAll('answered') && review?.first_response_at === null && others.length === 0) {
      return this.#uow.defer(COUNT_FIRST_RESPONSE, [this.#uow.organizationId, review.id]);
    }
    const count = isAll('answered') ? COUNT_ANSWERED : COUNT_CHANGED;
    this.#uow.defer(count, [...values, ...recordsetValues(FACT_SOURCE, before)]);
  }
}

const ADDED = `select 1 as sign, ${FACT_COLUMNS} from review where organization_id = $1 and id = any($2::uuid[])`;
const TAKEN = `select -1, ${FACT_COLUMNS} from ${recordsetSql(FACT_SOURCE, 'b', 3)}`;
const DIFFERENCE = `${ADDED} union all ${TAKEN}`;
const COUNT_NEW = rollupStatement({ reviews: ADDED, at: 'both', touches: 'withoutResponses' });
const COUNT_CHANGED = rollupStatement({ reviews: DIFFERENCE, at: 'both' });
const COUNT_ANSWERED = rollupStatement({
  reviews: DIFFERENCE,
  at: 'both',
  touches: 'ofResponses',
});

const changes = new WeakMap<UnitOfWork, RollupChange>();

/** The unit's change of the rollups, which is written before it commits. */
export function rollupChange(uow: UnitOfWork): RollupChange {
  const whole = uow.whole();
  let change = changes.get(whole);
  if (!change) {
    const made = new RollupChange(whole);
    changes.set(whole, (change = made));
    whole.beforeCommit(async () => made.write());
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
