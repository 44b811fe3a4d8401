import {
  COUNTS,
  COUNTS_WITHOUT_RESPONSES,
  FACT_COLUMNS,
  facts,
  PUBLIC_COUNTS,
  RESPONSE_TIME_BUCKET,
} from './rollup-facts.ts';
import { SEGMENT } from './rollup-statement.ts';

const names = (Object.keys(COUNTS) as (keyof typeof COUNTS)[]).filter(
  (name) => !COUNTS_WITHOUT_RESPONSES.has(name),
);
const added = names.map((name) => `${name} = t.${name} + ${COUNTS[name]}`).join(', ');
const segment = SEGMENT.map((name) => `f.${name}`).join(', ');

/** The place of the review and the organization, in the order of their keys. */
const PLACES = `(values (least(f.place_id, $1::uuid)), (greatest(f.place_id, $1::uuid))) p(place_id)`;
const SPANS = `(values ('DAY', f.day), ('MONTH', f.day - (extract(day from f.day)::int - 1))) m(span, starts)`;

/**
 * Adds the first response of one review (`$2`), the most frequent change: the review itself is counted, so
 * that rows are there, and one review needs no sums. It comes to the same as the statement for all
 * changes (rollup-statement.ts) at two thirds of its cost, and writes in the same order.
 */
export const COUNT_FIRST_RESPONSE = `
  with f as materialized (
    ${facts(`select 1 as sign, ${FACT_COLUMNS} from review where organization_id = $1 and id = $2::uuid`)}
  ), wrote_review_segment as (
    update review_segment t set ${added} from f cross join lateral ${PLACES}
    where t.organization_id = $1 and t.place_id = p.place_id
      and ${SEGMENT.map((name) => `t.${name} = f.${name}`).join(' and ')}
  ), wrote_review_total as (
    update review_total t set revision = t.revision + 1, ${added}
    from f cross join lateral ${PLACES} cross join lateral ${SPANS}
    where t.organization_id = $1 and t.place_id = p.place_id and t.span = m.span and t.starts = m.starts
  ), wrote_response_time_bucket as (
    insert into response_time_bucket (organization_id, place_id, ${SEGMENT.join(', ')}, bucket, responses)
    select $1, p.place_id, ${segment}, ${RESPONSE_TIME_BUCKET}, 1
    from f cross join lateral ${PLACES} where f.response_ms is not null
    on conflict (organization_id, place_id, ${SEGMENT.join(', ')}, bucket)
      do update set responses = response_time_bucket.responses + 1
  )
  update review_rollup t set responded_count = t.responded_count + ${PUBLIC_COUNTS.responded_count}
  from f where f.is_public and t.organization_id = $1 and t.location_id = f.location_id
    and t.rating_scale = f.rating_scale`;
