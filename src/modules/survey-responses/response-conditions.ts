import type { Bindings, Condition } from '../../db/read/conditions.ts';
import { decodeId } from '../../graphql/ids.ts';
import type { SurveyResponseFilter } from './survey-response.type.ts';

/** The conditions of a filter, over the alias of the noun. */
export function responseConditions(filter: SurveyResponseFilter | null | undefined): Condition {
  if (filter == null) return () => [];
  const params = filter.params ?? [];
  return (bindings) => [
    ...(filter.state == null ? [] : [`sr.state = ${bindings.bind(filter.state)}::text`]),
    ...oneOf('segment', filter.segments, 'text', bindings),
    ...oneOf('sentiment', filter.sentiments, 'text', bindings),
    ...oneOf('channel', filter.channels, 'text', bindings),
    ...oneOf('touchpoint', filter.touchpoints, 'text', bindings),
    ...oneOf('survey_version', filter.versionNumbers, 'int', bindings),
    ...oneOf('location_id', uuids('Location', filter.locationIds), 'uuid', bindings),
    ...oneOf('product_id', uuids('Product', filter.productIds), 'uuid', bindings),
    ...params.map(
      ({ name, value }) =>
        `sr.params @> ${bindings.bind(JSON.stringify({ [name]: value }))}::jsonb`,
    ),
    ...timeConditions(filter, bindings),
  ];
}

function timeConditions(
  { completedAfter, completedBefore }: SurveyResponseFilter,
  bindings: Bindings,
): string[] {
  const conditions: string[] = [];
  if (completedAfter != null) {
    conditions.push(`sr.completed_at >= ${bindings.bind(completedAfter)}::timestamptz`);
  }
  if (completedBefore != null) {
    conditions.push(`sr.completed_at < ${bindings.bind(completedBefore)}::timestamptz`);
  }
  return conditions;
}

function uuids(type: 'Location' | 'Product', ids: readonly string[] | null | undefined) {
  return ids?.map((id) => decodeId(type, id));
}

function oneOf(
  name: string,
  values: readonly unknown[] | null | undefined,
  type: string,
  bindings: Bindings,
): string[] {
  return values == null ? [] : [`sr.${name} ${bindings.oneOf(values, type)}`];
}
