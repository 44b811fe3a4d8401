import type { Bindings } from '../../db/read/conditions.ts';
import { decodeId } from '../../graphql/ids.ts';
import { NOTHING } from '../survey-rollups/index.ts';
import type { MetricFilter } from './metric-query.input.ts';
import { type Asked, type MetricStatement, select, type Source } from './statement-parts.ts';
import { placesOf } from './places.ts';
import { type Summing, sumsStatement } from './sums.statement.ts';

/** Answers a query over surveys from their rollups, all in one snapshot. */
export function surveyStatement(asked: Asked): MetricStatement {
  return sumsStatement(asked, (summing) => {
    const { query, locations, organizationId } = asked;
    const places = placesOf(query, locations, organizationId, summing.bindings);
    const where = [summing.between('t.day'), ...surveyConditions(query.filter, summing.bindings)];
    const own = places.groups ? ['t.place_id = m.place_id'] : places.conditions;
    const rowsOf = (table: string): Source => {
      const rows: Source = {
        from: `${table} t`,
        where: [
          't.organization_id = $1',
          ...(own.length > 0 ? own : ['t.place_id = $1']),
          ...where,
        ],
        day: 't.day',
      };
      if (places.groups === null) return rows;
      // The offset keeps it a look-up by index for each place, which an estimate of few rows would give up.
      const lateral = `cross join lateral (${select(['t.*'], rows)} offset 0) t`;
      return { from: `membership m ${lateral}`, where: places.groups.conditions, day: 't.day' };
    };
    return {
      ...(places.groups && { with: places.groups.with }),
      counts: rowsOf('survey_rollup'),
      times: rowsOf('survey_time_bucket'),
    };
  });
}

/** On a row `t` of the rollups. */
function surveyConditions(filter: MetricFilter, bindings: Bindings): string[] {
  const { surveyIds, surveyKeys, surveyScales, channels, touchpoints } = filter;
  const conditions: string[] = [];
  if (surveyIds != null) {
    const ids = surveyIds.map((id) => decodeId('Survey', id));
    conditions.push(`t.survey_id ${bindings.oneOf(ids, 'uuid')}`);
  }
  if (surveyKeys != null) {
    const keys = bindings.oneOf(surveyKeys, 'text');
    conditions.push(
      `t.survey_id in (select s.id from survey s where s.organization_id = $1 and s.key ${keys})`,
    );
  }
  if (surveyScales != null) conditions.push(`t.scale ${bindings.oneOf(surveyScales, 'text')}`);
  if (channels != null) conditions.push(`t.channel ${bindings.oneOf(channels, 'text')}`);
  if (touchpoints != null) {
    // What has none stands in the rollups as an empty text, which nobody asks for.
    const named = touchpoints.filter((touchpoint) => touchpoint !== NOTHING);
    conditions.push(`t.touchpoint ${bindings.oneOf(named, 'text')}`);
  }
  return conditions;
}

/**
 * Customers who left, from the customers themselves, by an index that holds all that is asked: a row
 * of it for each of them in the range. They are few beside what they do, and a rollup would make
 * every writer of a customer name what it changes.
 */
export function churnStatement(asked: Asked): MetricStatement {
  return sumsStatement(asked, ({ between, day }: Summing) => {
    const { range, previous } = asked.query;
    // Local days have bounds in absolute time beside them, for the index: no zone is a day off UTC.
    const from = `(${day((previous ?? range).from)} - 1)::timestamp at time zone 'UTC'`;
    const until = `(${day(range.to)} + 2)::timestamp at time zone 'UTC'`;
    const left =
      'select (c.churned_at at time zone (select o.time_zone from organization o where o.id = $1))::date as day, ' +
      'count(*) as churned, count(*) filter (where c.feedback_count = 0) as silent from customer c ' +
      // By day first, since a day in a time zone is worked out for each customer.
      `where c.organization_id = $1 and c.churned_at >= ${from} and c.churned_at < ${until} group by 1`;
    return { counts: { from: `(${left}) t`, where: [between('t.day')], day: 't.day' } };
  });
}
