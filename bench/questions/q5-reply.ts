import type pg from 'pg';
import type { Dataset } from '../dataset/dataset.ts';
import { IMPORTED_LEAD } from './q6-import.ts';
import type { Question } from './question.ts';
import { rollupsDiffer } from './rollups-differ.ts';

export interface ReplyVariables {
  readonly reviewId: string;
  readonly body: string;
}

const BODY = 'Thank you for telling us. We have looked into it, and hope to see you again.';
/** How many reviews are made ready; after that many replies, they get a second one. */
const WAITING = 200_000;

/** All contenders take from the same list, so that no review is answered twice. */
const listOf = new Map<string, { readonly ids: readonly string[]; next: number }>();

export async function waitingReviews(client: pg.Client, { url, organizationId }: Dataset) {
  let list = listOf.get(url);
  if (list === undefined) {
    const { rows } = await client.query<{ id: string }>(
      `select id from review
       where organization_id = $1 and first_response_at is null and external_id not like '${IMPORTED_LEAD}%'
       order by md5(id::text) limit ${WAITING}`,
      [organizationId],
    );
    list = { ids: rows.map((row) => row.id), next: 0 };
    listOf.set(url, list);
  }
  return list;
}

export const reply: Question<ReplyVariables> = {
  name: 'Q5',
  title:
    'Reply: a response is drafted and then published, by two calls, with its events and the rollups',
  key: 'secret',
  async variables(client, dataset) {
    const list = await waitingReviews(client, dataset);
    return () => ({ reviewId: list.ids[list.next++ % list.ids.length] as string, body: BODY });
  },
  async written(client, { organizationId }, { reviewId, body }) {
    const { rows } = await client.query<{ location_id: string; authored_at: Date }>(
      `select r.location_id, r.authored_at, r.first_response_at is not null as responded,
         (select json_agg(json_build_array(s.status, s.published_at = r.first_response_at)) from response s
          where s.organization_id = $1 and s.review_id = r.id and s.body = $3) as responses,
         (select json_agg(json_build_array(e.kind, e.response_id is not null, e.location_id = r.location_id,
            e.sentiment = r.sentiment) order by e.seq) from feed_event e
          where e.organization_id = $1 and e.review_id = r.id) as events,
         (select max(seq) = max(c.last_seq) from feed_event e, feed_counter c
          where e.organization_id = $1 and c.organization_id = $1) as "isDense"
       from review r where r.organization_id = $1 and r.id = $2`,
      [organizationId, reviewId, body],
    );
    const { location_id: locationId, authored_at: at, ...row } = rows[0]!;
    const touched = { locationIds: [locationId], from: at, to: at };
    return { ...row, wrongRollups: await rollupsDiffer(client, organizationId, touched) };
  },
};
