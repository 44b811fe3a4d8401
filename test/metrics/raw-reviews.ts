import { DateTime } from 'luxon';
import type { Database } from '../../src/db/database.ts';

/** A review as it stands in the database, with what an independent count needs. */
export interface RawReview {
  readonly location: string | null;
  readonly group: string | null;
  readonly isPublic: boolean;
  /** The local day, from the library's own time zones. */
  readonly day: string;
  readonly source: string;
  readonly language: string;
  readonly scale: string;
  readonly rating: number | null;
  readonly score: number | null;
  readonly sentiment: string;
  readonly dueAt: Date | null;
  /** The first publication of its responses. */
  readonly respondedAt: Date | null;
  readonly receivedAt: Date;
  readonly revisedUpward: boolean;
}

interface Row {
  readonly location: string | null;
  readonly group: string | null;
  readonly time_zone: string;
  readonly is_public: boolean;
  readonly authored_at: Date;
  readonly received_at: Date;
  readonly response_due_at: Date | null;
  readonly responded_at: Date | null;
  readonly source: string;
  readonly language: string | null;
  readonly rating_scale: string;
  readonly rating: string | null;
  readonly sentiment: string;
  readonly first_scale: string | null;
  readonly first_rating: string | null;
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  STARS_5: [1, 5],
  NUMERIC_10: [1, 10],
  THUMBS: [0, 1],
};

function scoreOf(scale: string | null, rating: string | null): number | null {
  const range = RANGES[scale ?? ''];
  if (range === undefined || rating === null) return null;
  return (Number(rating) - range[0]) / (range[1] - range[0]);
}

/** All reviews of an organization, read row by row, without what is derived of them. */
export async function readRawReviews(db: Database, organizationId: string): Promise<RawReview[]> {
  const rows = await db.read<Row>(
    organizationId,
    `select r.location_id as location, l.group_id as "group", coalesce(l.time_zone, o.time_zone) as time_zone,
       r.is_public, r.authored_at, r.received_at, r.response_due_at, r.source, r.language, r.rating_scale,
       r.rating, r.sentiment, v.rating_scale as first_scale, v.rating as first_rating,
       (select min(s.published_at) from response s where s.organization_id = r.organization_id
          and s.review_id = r.id and s.status = 'PUBLISHED') as responded_at
     from review r join organization o on o.id = r.organization_id
     left join location l on l.organization_id = r.organization_id and l.id = r.location_id
     left join review_version v on v.organization_id = r.organization_id and v.review_id = r.id and v.version = 1
     where r.organization_id = $1`,
  );
  return rows.map((row): RawReview => {
    const score = scoreOf(row.rating_scale, row.rating);
    const first = scoreOf(row.first_scale, row.first_rating);
    return {
      location: row.location,
      group: row.group,
      isPublic: row.is_public,
      day: DateTime.fromJSDate(row.authored_at, { zone: row.time_zone }).toISODate()!,
      source: row.source,
      language: row.language ?? 'und',
      scale: row.rating_scale,
      rating: row.rating === null ? null : Number(row.rating),
      score,
      sentiment: row.sentiment,
      dueAt: row.response_due_at,
      respondedAt: row.responded_at,
      receivedAt: row.received_at,
      // A difference of rounding is none.
      revisedUpward: score !== null && first !== null && score - first > 1e-9,
    };
  });
}
