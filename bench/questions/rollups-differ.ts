import type pg from 'pg';
import { countedRollups } from '../dataset/load.ts';

/** How many rollup rows of these locations are not what counting the reviews gives: 0. */
export async function rollupsDiffer(
  client: pg.Client,
  organizationId: string,
  locationIds: readonly string[],
): Promise<number> {
  const counted = countedRollups('and location_id = any($2::uuid[])');
  const kept = `select * from review_rollup where organization_id = $1 and location_id = any($2::uuid[])`;
  const { rows } = await client.query<{ differing: number }>(
    `select count(*)::int as differing
     from ((${counted} except ${kept}) union all (${kept} except ${counted})) as both_ways`,
    [organizationId, locationIds],
  );
  return rows[0]?.differing ?? 0;
}
