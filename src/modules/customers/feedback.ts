import type { UnitOfWork } from '../../db/database.ts';
import { recordEvents } from '../../feed/events.ts';

/** So many CSAT answers in a row have to be negative for a risk. */
const NEGATIVE_RUN = 3;

/** Answers of one kind of survey, of the customer of the outer row. */
const answersOf = (kind: 'NPS' | 'CSAT', alias: string) => `
  survey_response ${alias}
  join survey ${alias}s on ${alias}s.organization_id = $1 and ${alias}s.id = ${alias}.survey_id
    and ${alias}s.kind = '${kind}'
  where ${alias}.organization_id = $1 and ${alias}.customer_id = k.id and ${alias}.state = 'COMPLETED'`;

const DERIVED = [
  'feedback_count',
  'last_feedback_at',
  'nps_segment',
  'csat_sentiment',
  'negative_csat_run',
  'at_risk',
  'at_risk_since',
  'advocate',
];

const LATEST = (alias: string) => `order by ${alias}.completed_at desc, ${alias}.id desc limit 1`;

/**
 * The whole of what follows from answers, from the rows themselves: late, edited and deleted answers
 * are right by that. Each subquery reads the latest answers back to where a run ends.
 *
 * A run of negative answers begins behind the latest one that is not; a risk since the later of its
 * third answer and the first of the latest detractor answers in a row. Materialized, since PostgreSQL
 * would else work all of it out again for each customer where it knows little of the tables.
 */
const RECOMPUTE = `
  with found as (
    select k.id, every.feedback_count, every.last_feedback_at,
      nps.segment as nps_segment, csat.sentiment as csat_sentiment,
      run.length as negative_csat_run, run.since as run_since, detractor.since as detractor_since,
      run.length >= ${NEGATIVE_RUN} and coalesce(nps.segment = 'DETRACTOR', false) as at_risk,
      coalesce(csat.sentiment = 'POSITIVE' and nps.segment = 'PROMOTER', false) as advocate
    from unnest($2::uuid[]) as k(id)
    cross join lateral (
      select count(*)::int as feedback_count, max(completed_at) as last_feedback_at
      from survey_response e
      where e.organization_id = $1 and e.customer_id = k.id and e.state = 'COMPLETED'
    ) every
    left join lateral (
      select n.segment from ${answersOf('NPS', 'n')} and n.segment is not null ${LATEST('n')}
    ) nps on true
    left join lateral (
      select l.sentiment from ${answersOf('CSAT', 'l')} and l.sentiment is not null ${LATEST('l')}
    ) csat on true
    left join lateral (
      select o.completed_at, o.id from ${answersOf('CSAT', 'o')}
        and o.sentiment is not null and o.sentiment <> 'NEGATIVE' ${LATEST('o')}
    ) other on true
    cross join lateral (
      select count(*)::int as length,
        (array_agg(r.completed_at order by r.completed_at, r.id))[${NEGATIVE_RUN}] as since
      from ${answersOf('CSAT', 'r')} and r.sentiment = 'NEGATIVE'
        and (other.id is null or (r.completed_at, r.id) > (other.completed_at, other.id))
    ) run
    left join lateral (
      select b.completed_at, b.id from ${answersOf('NPS', 'b')}
        and b.segment is not null and b.segment <> 'DETRACTOR' ${LATEST('b')}
    ) better on true
    cross join lateral (
      select min(d.completed_at) as since from ${answersOf('NPS', 'd')} and d.segment = 'DETRACTOR'
        and (better.id is null or (d.completed_at, d.id) > (better.completed_at, better.id))
    ) detractor
  ), follows as materialized (
    select f.*, case when f.at_risk then greatest(f.run_since, f.detractor_since) end as at_risk_since
    from found f
  )
  update customer c set ${DERIVED.map((name) => `${name} = f.${name}`).join(', ')}
  from follows f
  where c.organization_id = $1 and c.id = f.id
    and (${DERIVED.map((name) => `c.${name}`).join(', ')})
      is distinct from (${DERIVED.map((name) => `f.${name}`).join(', ')})
  returning c.id, c.at_risk`;

/**
 * Brings customers (UUIDs) up to date with their survey answers, as this unit has written them, and
 * tells the feed of each whose risk begins. By two statements, however many there are.
 */
export async function recordFeedback(
  uow: UnitOfWork,
  { customerIds }: { readonly customerIds: readonly string[] },
): Promise<void> {
  if (customerIds.length === 0) return;
  const ids = [...new Set(customerIds)];
  // What another unit has written of the same customer is seen only behind its commit.
  const before = await uow.execute<{ id: string; at_risk: boolean }>(
    `select id, at_risk from customer where organization_id = $1 and id = any($2::uuid[])
     order by id for no key update`,
    [uow.organizationId, ids],
  );
  const wereAtRisk = new Set(before.flatMap(({ id, at_risk }) => (at_risk ? [id] : [])));
  const after = await uow.execute<{ id: string; at_risk: boolean }>(RECOMPUTE, [
    uow.organizationId,
    ids,
  ]);
  recordEvents(
    uow,
    after.flatMap(({ id, at_risk }) =>
      at_risk && !wereAtRisk.has(id) ? [{ kind: 'CUSTOMER_AT_RISK' as const, customerId: id }] : [],
    ),
  );
}
