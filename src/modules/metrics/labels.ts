import type { Reader } from '../../db/read/noun.ts';
import { encodeId } from '../../graphql/ids.ts';
import { NO_LOCATION, UNKNOWN_LANGUAGE } from '../reviews/index.ts';
import type { MetricDimension } from './dimensions.ts';
import type { DimensionValueData } from './metric-result.ts';
import { isOfSurveys, surveyLabel, versionNames } from './survey-labels.ts';
import { wordsOf } from './words.ts';

/** A value of a dimension as it is told, from what the database has. */
export type Labelled = (dimension: MetricDimension, key: string | null) => DimensionValueData;

/** What is told of a value, without the dimension. */
export type Label = Omit<DimensionValueData, 'dimension'>;

/** By key, what the database calls it. */
export type Names = ReadonlyMap<string, string>;

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language' });

const namesIn = (table: string) => (keys: string) =>
  `select t.id::text, t.name from ${table} t where t.organization_id = $1 and t.id = any(${keys}::uuid[])`;

/** Selects of keys and names; `keys` is where the keys are bound. */
const NAMED: Readonly<Partial<Record<MetricDimension, (keys: string) => string>>> = {
  LOCATION: namesIn('location'),
  GROUP: namesIn('location_group'),
  SURVEY: namesIn('survey'),
  SURVEY_VERSION: versionNames,
};

/** Reads the names of what an answer is split by: one statement at most. */
export async function labelsOf(
  { db, organizationId }: Reader,
  dimensions: readonly MetricDimension[],
  keysOf: (dimension: MetricDimension) => readonly (string | null)[],
): Promise<Labelled> {
  const names = new Map<string, string>();
  const parts = dimensions.flatMap((dimension) => {
    const select = NAMED[dimension];
    if (select === undefined) return [];
    return [{ select, keys: keysOf(dimension).filter((key) => key !== null) }];
  });
  if (parts.some(({ keys }) => keys.length > 0)) {
    const selects = parts.map(({ select }, index) => select(`$${index + 2}`));
    const values = parts.map(({ keys }) => keys);
    const rows = await db.readCells(organizationId, selects.join(' union all '), values);
    for (const [key, name] of rows) names.set(key as string, name as string);
  }
  return (dimension, key) => ({ dimension, ...labelled(dimension, key, names) });
}

function labelled(dimension: MetricDimension, key: string | null, names: Names): Label {
  if (isOfSurveys(dimension)) return surveyLabel(dimension, key, names);
  switch (dimension) {
    case 'LOCATION':
      return key === null || key === NO_LOCATION
        ? { value: null, label: 'No location' }
        : { value: encodeId('Location', key), label: names.get(key) ?? '' };
    case 'GROUP':
      return key === null
        ? { value: null, label: 'No group' }
        : { value: encodeId('LocationGroup', key), label: names.get(key) ?? '' };
    case 'LANGUAGE':
      return { value: key, label: languageName(key ?? UNKNOWN_LANGUAGE) };
    case 'SOURCE':
    case 'SENTIMENT':
    case 'RATING_SCALE':
      return { value: key, label: wordsOf(key ?? '') };
  }
}

function languageName(tag: string): string {
  if (tag === UNKNOWN_LANGUAGE) return 'Unknown language';
  try {
    return LANGUAGES.of(tag) ?? tag;
  } catch {
    // What a source calls a language need not be one.
    return tag;
  }
}
