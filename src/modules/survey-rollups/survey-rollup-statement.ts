import {
  BIG_COUNTS,
  COUNTS,
  KEY,
  type SurveyFactSource,
  surveyFacts,
  TIME_BUCKET,
} from './survey-rollup-facts.ts';

/** The rollups: what tells their rows apart behind the organization, and what they count. */
export const SURVEY_ROLLUPS = {
  survey_rollup: { key: ['place_id', ...KEY], counts: Object.keys(COUNTS) },
  survey_time_bucket: { key: ['place_id', ...KEY, 'bucket'], counts: ['responses'] },
} as const;
export type SurveyRollupTable = keyof typeof SURVEY_ROLLUPS;
export const SURVEY_ROLLUP_TABLES = Object.keys(SURVEY_ROLLUPS) as SurveyRollupTable[];

/** Everything counts at its own place and in the organization as a whole. */
const PLACES = 'cross join lateral (values (f.place_id), ($1::uuid)) p(place_id)';
const OF_FACT = KEY.map((name) => `f.${name}`).join(', ');
const SUMS = Object.entries(COUNTS).map(([name, of]) => {
  const type = BIG_COUNTS.has(name) ? 'bigint' : 'int';
  return `coalesce(sum(f.sign * ${of}), 0)::${type} as ${name}`;
});

/** What invitations and answers amount to in each rollup: the members of a `with`. */
export function surveyRollupAmounts(source: SurveyFactSource): string {
  return `${surveyFacts(source)},
  new_survey_rollup as (
    select p.place_id, ${OF_FACT}, ${SUMS.join(', ')}
    from fact f ${PLACES} group by p.place_id, ${OF_FACT}
  ),
  new_survey_time_bucket as (
    select p.place_id, ${OF_FACT}, b.bucket, sum(f.sign)::int as responses
    from fact f ${PLACES} cross join lateral (select ${TIME_BUCKET}) b(bucket)
    where f.response_ms is not null group by p.place_id, ${OF_FACT}, b.bucket
  )`;
}

/**
 * Adds what they amount to, in one statement. Rows are written in the order of their keys, and
 * tables in one order, so that rival writers never wait for each other in a circle.
 */
export function surveyRollupStatement(source: SurveyFactSource): string {
  return `with ${surveyRollupAmounts(source)},
  wrote_survey_rollup as (${upsert('survey_rollup')})
  ${upsert('survey_time_bucket')}`;
}

function upsert(table: SurveyRollupTable): string {
  const { key, counts } = SURVEY_ROLLUPS[table];
  const names = [...key, ...counts].join(', ');
  const changes = counts.map((name) => `${name} <> 0`).join(' or ');
  return `insert into ${table} (organization_id, ${names})
    select $1, ${names} from new_${table} where ${changes} order by ${key.join(', ')}
    on conflict (organization_id, ${key.join(', ')}) do update set
      ${counts.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ')}`;
}
