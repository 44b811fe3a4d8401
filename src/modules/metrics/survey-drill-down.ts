import type { Bindings, Condition } from '../../db/read/conditions.ts';
import type { Order } from '../../db/read/page.ts';
import { decodeId } from '../../graphql/ids.ts';
import { groupTree } from '../locations/index.ts';
import { highestOf, NOTHING } from '../survey-rollups/index.ts';
import type { MetricPart } from './drill-down.ts';
import { textOfDay } from './local-days.ts';
import type { MetricValueData } from './metric-result.ts';
import type { Period } from './range.ts';
import { dimensionConditions, SCALE } from './survey-dimension-conditions.ts';

/** Which responses a part of a value is over, beside the filter, range and dimensions of the query. */
export interface ResponseConditions {
  /** By the day when they were begun, complete or not; else by the day of their completion. */
  readonly by?: 'STARTED';
  /** To surveys of this kind. */
  readonly kind?: 'CSAT' | 'CES';
  readonly isScored?: true;
  readonly isInSegment?: true;
  readonly segment?: 'PROMOTER' | 'PASSIVE' | 'DETRACTOR';
  readonly sentiment?: 'POSITIVE';
  /** With the highest score of the scale. */
  readonly isTop?: true;
  readonly isTimed?: true;
}

/** The responses counted in `n`, and what those of them in the numerator are beside that. */
export interface ResponsesBehind {
  readonly counted: ResponseConditions;
  readonly inNumerator: ResponseConditions;
}

/** A list of responses, over the alias of their noun. */
export interface ResponseList {
  readonly where: Condition;
  readonly order: Order;
}

/** The responses behind a value, the latest first; null where there stand none behind it. */
export function responsesBehind(value: MetricValueData, part: MetricPart): ResponseList | null {
  const { declaration, row } = value;
  if (declaration.subject !== 'SURVEYS' || declaration.responses === null) return null;
  const { counted, inNumerator } = declaration.responses;
  const measured = part === 'NUMERATOR' ? { ...counted, ...inNumerator } : counted;
  const at = measured.by === 'STARTED' ? 'sr.started_at' : 'sr.completed_at';
  const { filter, locationId } = row.context;
  return {
    order: { name: at, expression: at, type: 'timestamptz', descending: true },
    where: (bindings) => [
      ...dayConditions(at, row.period, bindings),
      ...(locationId === null ? [] : inLocations([locationId], bindings)),
      ...filterConditions(filter, bindings),
      ...row.dimensions.flatMap(({ dimension, value: key }) =>
        dimensionConditions(dimension, key, bindings),
      ),
      ...measureConditions(measured),
    ],
  };
}

/** The day on which it happened, where its location is. */
const localDay = (at: string) =>
  `(${at} at time zone coalesce(` +
  '(select l.time_zone from location l where l.organization_id = $1 and l.id = sr.location_id), ' +
  '(select o.time_zone from organization o where o.id = $1)))::date';

/** Local days have bounds in absolute time beside them, for an index: no zone is a day off UTC. */
function dayConditions(at: string, { from, to }: Period, bindings: Bindings): string[] {
  const first = `${bindings.bind(textOfDay(from))}::date`;
  const last = `${bindings.bind(textOfDay(to))}::date`;
  return [
    `${at} >= ((${first} - 1)::timestamp at time zone 'UTC')`,
    `${at} < ((${last} + 2)::timestamp at time zone 'UTC')`,
    `${localDay(at)} between ${first} and ${last}`,
  ];
}

function inLocations(ids: readonly string[], bindings: Bindings): string[] {
  const keys = ids.map((id) => decodeId('Location', id));
  return [`sr.location_id ${bindings.oneOf(keys, 'uuid')}`];
}

function filterConditions(
  filter: MetricValueData['row']['context']['filter'],
  bindings: Bindings,
): string[] {
  const { locationIds, locationExternalIds, groupIds } = filter;
  const { surveyIds, surveyKeys, surveyScales, channels, touchpoints } = filter;
  const conditions = locationIds == null ? [] : inLocations(locationIds, bindings);
  const locations = 'select l.id from location l where l.organization_id = $1';
  if (locationExternalIds != null) {
    const ids = bindings.oneOf(locationExternalIds, 'text');
    conditions.push(`sr.location_id in (${locations} and l.external_id ${ids})`);
  }
  if (groupIds != null) {
    const trees = bindings.bind(groupIds.map((id) => decodeId('LocationGroup', id)));
    conditions.push(`sr.location_id in (${locations} and l.group_id in ${groupTree(trees)})`);
  }
  if (surveyIds != null) {
    const ids = surveyIds.map((id) => decodeId('Survey', id));
    conditions.push(`sr.survey_id ${bindings.oneOf(ids, 'uuid')}`);
  }
  if (surveyKeys != null) {
    const keys = bindings.oneOf(surveyKeys, 'text');
    conditions.push(
      `sr.survey_id in (select s.id from survey s where s.organization_id = $1 and s.key ${keys})`,
    );
  }
  if (surveyScales != null) conditions.push(`${SCALE} ${bindings.oneOf(surveyScales, 'text')}`);
  if (channels != null) conditions.push(`sr.channel ${bindings.oneOf(channels, 'text')}`);
  if (touchpoints != null) {
    const named = touchpoints.filter((touchpoint) => touchpoint !== NOTHING);
    conditions.push(`sr.touchpoint ${bindings.oneOf(named, 'text')}`);
  }
  return conditions;
}

/** Words of the declarations, and not of a caller. */
function measureConditions(measured: ResponseConditions): string[] {
  const { kind, segment, sentiment } = measured;
  return [
    ...(measured.by === 'STARTED' ? [] : ['sr.completed_at is not null']),
    ...(kind === undefined
      ? []
      : [
          `sr.survey_id in (select s.id from survey s where s.organization_id = $1 and s.kind = '${kind}')`,
        ]),
    ...(measured.isScored ? ['sr.score is not null'] : []),
    ...(measured.isInSegment ? ['sr.segment is not null'] : []),
    ...(segment === undefined ? [] : [`sr.segment = '${segment}'`]),
    ...(sentiment === undefined ? [] : [`sr.sentiment = '${sentiment}'`]),
    ...(measured.isTop ? [`sr.score = ${highestOf(SCALE)}`] : []),
    ...(measured.isTimed ? ['sr.response_seconds >= 0'] : []),
  ];
}
