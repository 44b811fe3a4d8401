import { DateTime } from 'luxon';
import type { Database } from '../../src/db/database.ts';

/** What an invitation and an answer have in common: whose, of what, where, and how. */
interface Raw {
  readonly survey: string;
  readonly kind: string;
  readonly version: number;
  readonly questions: number;
  /** On which the version's score is. */
  readonly scale: string;
  readonly location: string | null;
  readonly group: string | null;
  readonly channel: string;
  readonly touchpoint: string;
}

/** An invitation that was sent. */
export interface RawSend extends Raw {
  readonly day: string;
  readonly isAnswered: boolean;
}

/** A response, complete or not. */
export interface RawAnswer extends Raw {
  readonly startedOn: string;
  readonly completedOn: string | null;
  readonly score: number | null;
  readonly segment: string | null;
  readonly sentiment: string | null;
  /** Milliseconds from sending to completion. */
  readonly took: number | null;
}

interface Row {
  readonly survey: string;
  readonly kind: string;
  readonly version: number;
  readonly definition: { questions: { kind: string; scale?: string }[] };
  readonly location: string | null;
  readonly group: string | null;
  readonly time_zone: string;
  readonly channel: string;
  readonly touchpoint: string | null;
}

const OF_ROW = `x.survey_id as survey, s.kind, x.survey_version as version, v.definition, x.location_id as location,
  l.group_id as "group", coalesce(l.time_zone, o.time_zone) as time_zone, x.channel, x.touchpoint`;
const JOINS = `join organization o on o.id = x.organization_id
  join survey s on s.organization_id = x.organization_id and s.id = x.survey_id
  join survey_version v on v.organization_id = x.organization_id and v.survey_id = x.survey_id and v.number = x.survey_version
  left join location l on l.organization_id = x.organization_id and l.id = x.location_id
  where x.organization_id = $1`;

function rawOf({ definition, touchpoint, ...row }: Row): Raw {
  const { questions } = definition;
  return {
    survey: row.survey,
    kind: row.kind,
    version: row.version,
    questions: questions.length,
    scale: questions.find(({ kind }) => kind === 'SCALE')?.scale ?? '',
    location: row.location,
    group: row.group,
    channel: row.channel,
    touchpoint: touchpoint ?? '',
  };
}

const localDay = (at: Date, zone: string) => DateTime.fromJSDate(at, { zone }).toISODate()!;

/** All of an organization, read row by row, without what is derived of them. */
export async function readRawSends(db: Database, organizationId: string): Promise<RawSend[]> {
  const rows = await db.read<Row & { sent_at: Date; is_answered: boolean }>(
    organizationId,
    `select ${OF_ROW}, x.sent_at, exists (select from survey_response a where a.organization_id = x.organization_id
       and a.invitation_id = x.id and a.state = 'COMPLETED') as is_answered
     from invitation x ${JOINS} and x.sent_at is not null`,
  );
  return rows.map((row) => ({
    ...rawOf(row),
    day: localDay(row.sent_at, row.time_zone),
    isAnswered: row.is_answered,
  }));
}

export async function readRawAnswers(db: Database, organizationId: string): Promise<RawAnswer[]> {
  const rows = await db.read<
    Row & {
      started_at: Date;
      completed_at: Date | null;
      sent_at: Date | null;
      score: number | null;
      segment: string | null;
      sentiment: string | null;
    }
  >(
    organizationId,
    `select ${OF_ROW}, x.started_at, x.completed_at, x.score, x.segment, x.sentiment, i.sent_at
     from survey_response x
     left join invitation i on i.organization_id = x.organization_id and i.id = x.invitation_id ${JOINS}`,
  );
  return rows.map((row) => ({
    ...rawOf(row),
    startedOn: localDay(row.started_at, row.time_zone),
    completedOn: row.completed_at && localDay(row.completed_at, row.time_zone),
    score: row.score,
    segment: row.segment,
    sentiment: row.sentiment,
    took: row.completed_at && row.sent_at && row.completed_at.getTime() - row.sent_at.getTime(),
  }));
}
