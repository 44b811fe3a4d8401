/**
 * What counts of an invitation and of an answer, as SQL: the one definition behind writing the
 * rollups of surveys, checking them and making them anew.
 */
import { NO_LOCATION, responseTimeBucket } from '../reviews/index.ts';
import { SURVEY_SCALES } from '../surveys/index.ts';

/** Stands in the rollups for a touchpoint or a scale that is not there. */
export const NOTHING = '';

/** Of an invitation, as it is known before a change. */
export const SEND_SOURCE = {
  survey_id: 'uuid',
  survey_version: 'int',
  location_id: 'uuid',
  channel: 'text',
  touchpoint: 'text',
  sent_at: 'timestamptz',
  answered_at: 'timestamptz',
} as const;

/** Of a response, as it is known before a change. */
export const ANSWER_SOURCE = {
  survey_id: 'uuid',
  survey_version: 'int',
  location_id: 'uuid',
  channel: 'text',
  touchpoint: 'text',
  scale: 'text',
  score: 'float8',
  segment: 'text',
  sentiment: 'text',
  started_at: 'timestamptz',
  completed_at: 'timestamptz',
  response_seconds: 'float8',
} as const;

export const SEND_COLUMNS = Object.keys(SEND_SOURCE).join(', ');
export const ANSWER_COLUMNS = Object.keys(ANSWER_SOURCE).join(', ');

/** What tells the rows of `survey_rollup` apart, behind the organization and the place. */
export const KEY = [
  'day',
  'survey_id',
  'version',
  'scale',
  'channel',
  'touchpoint',
  // What these two are follows from the survey and its version; here they need not be looked up.
  'kind',
  'question_count',
] as const;

/** Invitations and answers whose counts are added (`sign` 1) or taken away (−1). */
export interface SurveyFactSource {
  /** Selects of `sign` and the columns of the source; `$1` is the organization. */
  readonly sends: string;
  readonly answers: string;
}

const NOT_SCORED =
  'null::text as scale, null::float8 as score, null::text as segment, null::text as sentiment, null::float8 as response_seconds';
const OF_SURVEY = 'x.sign, x.survey_id, x.survey_version, x.location_id, x.channel, x.touchpoint';

/** The scale that the score of a version is on; `v` is a row of `survey_version`. */
export const scaleOfVersion = (v: string) =>
  `(jsonb_path_query_first(${v}.definition, '$.questions[*] ? (@.kind == "SCALE").scale') #>> '{}')`;

/** The highest answer of a scale. */
export const highestOf = (scale: string) =>
  `case ${scale} ${Object.entries(SURVEY_SCALES)
    .map(([name, { max }]) => `when '${name}' then ${max}`)
    .join(' ')} end`;

/**
 * The facts `fact`, as members of a `with`. What happened to an invitation and to its answer counts
 * on the day of each: sent, begun, completed. Whether an invitation was answered counts on the day
 * when it was sent, so that a rate of answers is one over the same invitations.
 *
 * The day is the local day of the location; without one, the organization's.
 */
export function surveyFacts({ sends, answers }: SurveyFactSource): string {
  return `send as materialized (${sends}),
  answer as materialized (${answers}),
  happened as materialized (
    select ${OF_SURVEY}, x.sent_at as at, ${NOT_SCORED},
      1 as sent, (x.answered_at is not null)::int as sent_answered, 0 as started, 0 as answers
    from send x where x.sent_at is not null
    union all
    select ${OF_SURVEY}, x.started_at, x.scale, null, null, null, null, 0, 0, 1, 0 from answer x
    union all
    select ${OF_SURVEY}, x.completed_at, x.scale, x.score, x.segment, x.sentiment,
      case when x.response_seconds >= 0 then x.response_seconds end, 0, 0, 0, 1
    from answer x where x.completed_at is not null
  ),
  asked as materialized (
    select a.survey_id, a.number, s.kind, coalesce(v.question_count, 0) as question_count,
      ${scaleOfVersion('v')} as scale
    from (select distinct survey_id, survey_version as number from happened) a
    join survey s on s.organization_id = $1 and s.id = a.survey_id
    left join survey_version v
      on v.organization_id = $1 and v.survey_id = a.survey_id and v.number = a.number
  ),
  fact as materialized (
    select f.*, (f.score is not null)::int as scored, coalesce(round(f.score)::int, 0) as points,
      coalesce(f.score = ${highestOf('f.scale')}, false)::int as top
    from (
      select e.sign, coalesce(e.location_id, '${NO_LOCATION}') as place_id,
        (e.at at time zone coalesce(
          (select l.time_zone from location l where l.organization_id = $1 and l.id = e.location_id),
          o.time_zone))::date as day,
        e.survey_id, coalesce(e.survey_version, 0) as version,
        coalesce(e.scale, a.scale, '${NOTHING}') as scale,
        e.channel, coalesce(e.touchpoint, '${NOTHING}') as touchpoint, a.kind, a.question_count,
        e.sent, e.sent_answered, e.started, e.answers, e.score, e.segment, e.sentiment,
        round(e.response_seconds * 1000)::bigint as response_ms
      from happened e
      join organization o on o.id = $1
      join asked a on a.survey_id = e.survey_id and a.number is not distinct from e.survey_version
    ) f
  )`;
}

/** What `survey_rollup` counts, each over a fact `f`. */
export const COUNTS = {
  sent: 'f.sent',
  sent_answered: 'f.sent_answered',
  started: 'f.started',
  answers: 'f.answers',
  scored: 'f.scored',
  top: 'f.top',
  negative: `(f.sentiment = 'NEGATIVE')::int`,
  positive: `(f.sentiment = 'POSITIVE')::int`,
  promoters: `(f.segment = 'PROMOTER')::int`,
  passives: `(f.segment = 'PASSIVE')::int`,
  detractors: `(f.segment = 'DETRACTOR')::int`,
  timed: '(f.response_ms is not null)::int',
  score_sum: 'f.points',
  response_ms: 'f.response_ms',
} as const;

/** Those that may be more than an integer holds. */
export const BIG_COUNTS: ReadonlySet<string> = new Set(['score_sum', 'response_ms']);

/** The bucket of a fact's response time. */
export const TIME_BUCKET = responseTimeBucket('f.response_ms');
