import { encodeId } from '../../graphql/ids.ts';
import { NOTHING } from '../survey-rollups/index.ts';
import { SURVEY_SCALES, type SurveyScale } from '../surveys/index.ts';
import type { MetricDimension } from './dimensions.ts';
import type { Label, Names } from './labels.ts';
import { SURVEY_DIMENSIONS } from './survey-dimensions.ts';
import { wordsOf } from './words.ts';

type SurveyDimension = (typeof SURVEY_DIMENSIONS)[number]['name'];

const NAMES: ReadonlySet<string> = new Set(SURVEY_DIMENSIONS.map(({ name }) => name));

export function isOfSurveys(dimension: MetricDimension): dimension is SurveyDimension {
  return NAMES.has(dimension);
}

const UUID_LENGTH = 36;

/** A select of versions, by survey and number, with their ids before the names of the surveys. */
export function versionNames(keys: string): string {
  return (
    `select k.key, v.id || s.name as name from unnest(${keys}::text[]) k(key) ` +
    `join survey_version v on v.organization_id = $1 and v.survey_id = split_part(k.key, ' ', 1)::uuid ` +
    `and v.number = split_part(k.key, ' ', 2)::int ` +
    `join survey s on s.organization_id = $1 and s.id = v.survey_id`
  );
}

/** A number in a text that sorts. */
const sorted = (number: string) => number.padStart(10, '0');

/** A value of a dimension of surveys as it is told. */
export function surveyLabel(dimension: SurveyDimension, cell: string | null, names: Names): Label {
  const key = cell ?? NOTHING;
  switch (dimension) {
    case 'SURVEY':
      return { value: encodeId('Survey', key), label: names.get(key) ?? '' };
    case 'SURVEY_VERSION': {
      const [number = ''] = key.split(' ').slice(1);
      const known = names.get(key);
      // An invitation of which no version is known.
      if (known === undefined) return { value: null, label: 'No version' };
      const [id, name] = [known.slice(0, UUID_LENGTH), known.slice(UUID_LENGTH)];
      return {
        value: encodeId('SurveyVersion', id),
        label: `${name}, version ${number}`,
        order: `${name} ${sorted(number)}`,
      };
    }
    case 'CHANNEL':
      return { value: key, label: wordsOf(key) };
    case 'TOUCHPOINT':
      return key === NOTHING ? { value: null, label: 'No touchpoint' } : { value: key, label: key };
    case 'QUESTION_COUNT':
      return {
        value: key,
        label: key === '1' ? '1 question' : `${key} questions`,
        order: sorted(key),
      };
    case 'SURVEY_SCALE': {
      if (key === NOTHING) return { value: null, label: 'No scale' };
      const { min, max } = SURVEY_SCALES[key as SurveyScale];
      return { value: key, label: `${min} to ${max}`, order: `${sorted(`${max}`)} ${min}` };
    }
  }
}
