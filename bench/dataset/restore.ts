import type pg from 'pg';
import { IMPORTED_LEAD } from '../questions/q6-import.ts';
import { antiphon, say } from '../process.ts';
import type { Dataset } from './dataset.ts';
import { ROLLUPS } from './load.ts';
import { METRIC_ROLLUPS, METRIC_ROLLUP_TABLES } from './metric-rollups.ts';

/** What the bench calls the keys that it makes while it measures. */
export const MADE_KEY_LEAD = 'Made by the bench';

/**
 * Takes back what questions that write have left, so that the next run finds the dataset as it was.
 * Everything written has an event in the feed, of which the dataset itself has none.
 */
export async function restoreDataset(
  client: pg.Client,
  { url, organizationId }: Dataset,
): Promise<void> {
  const { rows } = await client.query<{ written: boolean }>(
    `select last_seq > pruned_seq or exists (
         select from api_key where organization_id = $1 and name like '${MADE_KEY_LEAD}%'
       ) or exists (
         select from product where organization_id = $1 and external_id like '${IMPORTED_LEAD}%'
       ) as written
     from feed_counter where organization_id = $1`,
    [organizationId],
  );
  if (rows[0]?.written !== true) return;
  say('taking back what was written …');
  // What refers to the rows goes as well, and looking for it takes minutes where no index helps.
  await client.query('set session_replication_role = replica');
  await client.query(`set work_mem = '256MB'`);
  const rollups = ['review_rollup', ...METRIC_ROLLUP_TABLES];
  for (const sql of [
    ...TAKE_BACK,
    ...[...rollups, ...SURVEY_ANSWERS].map(
      (table) => `delete from ${table} where organization_id = $1`,
    ),
    ROLLUPS,
    ...METRIC_ROLLUPS,
  ]) {
    await client.query(sql, [organizationId]);
  }
  await antiphon(url, 'rollups', 'pack');
  await client.query('reset session_replication_role');
  await client.query('reset work_mem');
  // As they were when they were new: in pages with gaps, rows cost a writer more.
  await client.query(`vacuum (full, analyze) ${rollups.join(', ')}`);
  await client.query(
    `vacuum analyze review, response, feed_event, location, product, api_key, ${SURVEY_ANSWERS.join(', ')}`,
  );
}

/** Of answers to surveys the dataset has none, nor what follows from them. */
const SURVEY_ANSWERS = [
  'alert_mail',
  'detractor_alert',
  'survey_answer',
  'survey_response',
  'survey_rollup',
  'survey_time_bucket',
];

const TAKE_BACK = [
  `delete from response s using feed_event e
   where s.organization_id = $1 and e.organization_id = $1 and s.id = e.response_id`,
  `update review r set first_response_at = null from feed_event e
   where r.organization_id = $1 and e.organization_id = $1 and r.id = e.review_id
     and e.kind = 'RESPONSE_PUBLISHED'`,
  ...['review', 'location', 'product'].map(
    (table) =>
      `delete from ${table} where organization_id = $1 and external_id like '${IMPORTED_LEAD}%'`,
  ),
  `delete from api_key where organization_id = $1 and name like '${MADE_KEY_LEAD}%'`,
  'delete from feed_event where organization_id = $1',
  'update feed_counter set last_seq = pruned_seq where organization_id = $1',
];
