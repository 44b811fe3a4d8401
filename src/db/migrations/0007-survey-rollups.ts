import { Migration } from '@mikro-orm/migrations';
import { tenantTable } from './tenant-table.ts';

/** The rollups behind metrics of surveys; no release before had surveys, so there is nothing to fill them from. */
export class Migration0007SurveyRollups extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const COUNTS = [
  'sent',
  'sent_answered',
  'started',
  'answers',
  'scored',
  'top',
  'negative',
  'positive',
  'promoters',
  'passives',
  'detractors',
  'timed',
];
const AMOUNTS = [
  ...COUNTS.map((name) => `${name} integer not null default 0`),
  ...['score_sum', 'response_ms'].map((name) => `${name} bigint not null default 0`),
].join(',\n    ');

const ROW = `organization_id uuid not null,
    place_id uuid not null,
    day date not null,
    survey_id uuid not null,
    version integer not null,
    scale text collate "C" not null,
    channel text collate "C" not null,
    touchpoint text collate "C" not null,
    kind text collate "C" not null,
    question_count integer not null`;
const KEY =
  'organization_id, place_id, day, survey_id, version, scale, channel, touchpoint, kind, question_count';

const statements = [
  // By a place's own local days, as the rollups of reviews are: a location, the organization as a
  // whole, or (the nil UUID) no location. Derived, and so without references of its own.
  `create table survey_rollup (
    ${ROW},
    ${AMOUNTS},
    primary key (${KEY})
  )`,
  ...tenantTable('survey_rollup'),
  // Times from sending to answer in buckets that grow by 4 %: their percentiles add up.
  `create table survey_time_bucket (
    ${ROW},
    bucket integer not null,
    responses integer not null default 0,
    primary key (${KEY}, bucket)
  )`,
  ...tenantTable('survey_time_bucket'),
  // The responses behind a number are those of a stretch of days.
  `create index survey_response_started on survey_response (organization_id, started_at, id)`,
  `create index survey_response_completed on survey_response (organization_id, completed_at, id)
   where completed_at is not null`,
  // Churn is counted from the customers themselves, by the index alone.
  `drop index customer_churned`,
  `create index customer_churned on customer (organization_id, churned_at, id) include (feedback_count)
   where churned_at is not null`,
];
