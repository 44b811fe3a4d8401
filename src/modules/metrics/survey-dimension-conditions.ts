import type { Bindings } from '../../db/read/conditions.ts';
import { decodeId } from '../../graphql/ids.ts';
import { groupTree } from '../locations/index.ts';
import { NOTHING, scaleOfVersion } from '../survey-rollups/index.ts';
import type { MetricDimension } from './dimensions.ts';

type ConditionsOf = (value: string | null, bindings: Bindings) => string;

const GROUPED =
  'sr.location_id in (select l.id from location l where l.organization_id = $1 and l.group_id';
const VERSION =
  'from survey_version v where v.organization_id = $1 and v.survey_id = sr.survey_id and v.number = sr.survey_version';

/** The scale that a response counts under, as the rollups have it. */
export const SCALE = `coalesce(sr.scale, (select ${scaleOfVersion('v')} ${VERSION}), '${NOTHING}')`;

/** The responses of one value of a dimension, as rows tell it; null: of those without one. */
const CONDITIONS: Readonly<Partial<Record<MetricDimension, ConditionsOf>>> = {
  LOCATION: (id, bindings) =>
    id === null
      ? 'sr.location_id is null'
      : `sr.location_id = ${bindings.bind(decodeId('Location', id))}::uuid`,
  GROUP: (id, bindings) =>
    id === null
      ? `(${GROUPED} is not null)) is not true`
      : `${GROUPED} in ${groupTree(bindings.bind([decodeId('LocationGroup', id)]))})`,
  SURVEY: (id, bindings) => `sr.survey_id = ${bindings.bind(decodeId('Survey', id ?? ''))}::uuid`,
  SURVEY_VERSION: (id, bindings) =>
    id === null
      ? 'false'
      : `exists (select ${VERSION} and v.id = ${bindings.bind(decodeId('SurveyVersion', id))}::uuid)`,
  CHANNEL: (channel, bindings) => `sr.channel = ${bindings.bind(channel)}::text`,
  TOUCHPOINT: (touchpoint, bindings) =>
    `coalesce(sr.touchpoint, '${NOTHING}') = ${bindings.bind(touchpoint ?? NOTHING)}::text`,
  QUESTION_COUNT: (count, bindings) =>
    `exists (select ${VERSION} and v.question_count = ${bindings.bind(count)}::int)`,
  SURVEY_SCALE: (scale, bindings) => `${SCALE} = ${bindings.bind(scale ?? NOTHING)}::text`,
};

export function dimensionConditions(
  dimension: MetricDimension,
  value: string | null,
  bindings: Bindings,
): string[] {
  const conditionsOf = CONDITIONS[dimension];
  return conditionsOf === undefined ? [] : [conditionsOf(value, bindings)];
}
