import type { UnitOfWork } from '../../db/database.ts';
import { holdRollups } from './rollup.ts';
import { FACT_COLUMNS } from './rollup-facts.ts';
import { rollupStatement } from './rollup-statement.ts';

/**
 * Counts the reviews of locations anew around a change of the locations' time zones: what was
 * written on one local day may have been written on another one since.
 */
export async function recountReviews(
  uow: UnitOfWork,
  locationIds: readonly string[],
  change: () => Promise<void>,
): Promise<void> {
  const count = (sign: 1 | -1) =>
    uow.execute(
      rollupStatement({
        reviews: `select ${sign} as sign, ${FACT_COLUMNS} from review where organization_id = $1 and location_id = any($2::uuid[])`,
        at: 'both',
      }),
      [uow.organizationId, locationIds],
    );
  await holdRollups(uow);
  await count(-1);
  await change();
  await count(1);
}
