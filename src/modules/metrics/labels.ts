import type { Reader } from '../../db/read/noun.ts';
import { encodeId } from '../../graphql/ids.ts';
import { NO_LOCATION, UNKNOWN_LANGUAGE } from '../reviews/index.ts';
import type { MetricDimension } from './dimensions.ts';
import type { DimensionValueData } from './metric-result.ts';

/** A value of a dimension as it is told, from what the database has. */
export type Labelled = (dimension: MetricDimension, key: string | null) => DimensionValueData;

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language' });

/** Reads the names of the locations and groups in an answer: one statement at most. */
export async function labelsOf(
  { db, organizationId }: Reader,
  dimensions: readonly MetricDimension[],
  keysOf: (dimension: MetricDimension) => readonly (string | null)[],
): Promise<Labelled> {
  const names = new Map<string, string>();
  const parts = dimensions.flatMap((dimension) => {
    if (dimension !== 'LOCATION' && dimension !== 'GROUP') return [];
    const table = dimension === 'LOCATION' ? 'location' : 'location_group';
    return [{ table, keys: keysOf(dimension).filter((key) => key !== null) }];
  });
  if (parts.some(({ keys }) => keys.length > 0)) {
    const selects = parts.map(
      ({ table }, index) =>
        `select t.id, t.name from ${table} t where t.organization_id = $1 and t.id = any($${index + 2}::uuid[])`,
    );
    const values = parts.map(({ keys }) => keys);
    const rows = await db.readCells(organizationId, selects.join(' union all '), values);
    for (const [id, name] of rows) names.set(id as string, name as string);
  }
  return (dimension, key) => ({ dimension, ...labelled(dimension, key, names) });
}

function labelled(
  dimension: MetricDimension,
  key: string | null,
  names: ReadonlyMap<string, string>,
): { value: string | null; label: string } {
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

/** `FIRST_PARTY` → `First party` */
function wordsOf(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
