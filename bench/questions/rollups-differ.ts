import type pg from 'pg';
import { countedRollups } from '../dataset/load.ts';
import { METRIC_ROLLUPS_DIFFERING } from '../dataset/metric-rollups.ts';

/** What a write has touched. */
export interface Touched {
  readonly locationIds: readonly string[];
  /** When the first of its reviews was written, and the last one. */
  readonly from: Date;
  readonly to: Date;
}

/** How many rows of the rollups that a write has touched are not what counting the reviews gives: 0. */
export async function rollupsDiffer(
  client: pg.Client,
  organizationId: string,
  { locationIds, from, to }: Touched,
): Promise<number> {
  const counted = countedRollups('and location_id = any($2::uuid[])');
  const kept = `select * from review_rollup where organization_id = $1 and location_id = any($2::uuid[])`;
  const summaries = `select count(*)::int as differing
    from ((${counted} except ${kept}) union all (${kept} except ${counted})) as both_ways`;
  let differing = await countOf(client, summaries, [organizationId, locationIds]);
  for (const sql of METRIC_ROLLUPS_DIFFERING) {
    differing += await countOf(client, sql, [organizationId, from, to]);
  }
  return differing;
}

async function countOf(client: pg.Client, sql: string, values: unknown[]): Promise<number> {
  const { rows } = await client.query<{ differing: number }>(sql, values);
  return rows[0]?.differing ?? 0;
}
