import { LRUCache } from 'lru-cache';
import type { SurveyDefinition, SurveyKind } from './definition.ts';
import { rowsFrom, type Source } from './source.ts';

/** What is the same for all versions of a survey, as it is now. */
export interface LoadedSurvey {
  /** UUID. */
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly kind: SurveyKind;
  readonly anonymous: boolean;
  readonly alertAtMost: number | null;
  readonly endsAt: Date | null;
  /** The number of the version that is answered now. */
  readonly publishedVersion: number | null;
}

export interface LoadedVersion {
  readonly survey: LoadedSurvey;
  readonly number: number;
  readonly publishedAt: Date | null;
  readonly definition: SurveyDefinition;
}

/** Definitions of published versions, which never change; by organization, survey and number. */
const MAX_CHARACTERS = 8_000_000;
const definitions = new LRUCache<string, { definition: SurveyDefinition; size: number }>({
  maxSize: MAX_CHARACTERS,
  sizeCalculation: ({ size }) => size,
});

const SURVEY = `s.id, s.key, s.name, s.kind, s.anonymous, s.alert_at_most as "alertAtMost",
  s.ends_at as "endsAt", s.published_version as "publishedVersion"`;

interface VersionRow extends LoadedSurvey {
  readonly number: number;
  readonly publishedAt: Date | null;
  /** Null where it is known already. */
  readonly definition: SurveyDefinition | null;
}

/** A version by the survey's UUID and its number; null where there is none. One statement. */
export async function loadVersion(
  source: Source,
  surveyId: string,
  number: number,
): Promise<LoadedVersion | null> {
  const known = definitions.get(cacheKey(source, surveyId, number))?.definition;
  const [row] = await rowsFrom<VersionRow>(
    source,
    `select ${SURVEY}, v.number, v.published_at as "publishedAt",
       case when $4::boolean then null else v.definition end as definition
     from survey s join survey_version v on v.organization_id = $1 and v.survey_id = s.id
     where s.organization_id = $1 and s.id = $2::uuid and v.number = $3::integer`,
    [surveyId, number, known !== undefined],
  );
  return row === undefined ? null : loaded(source, row, known);
}

/** The version that is answered now; null where none was published. */
export async function publishedVersion(
  source: Source,
  surveyId: string,
): Promise<LoadedVersion | null> {
  const [survey] = await rowsFrom<{ number: number | null }>(
    source,
    'select published_version as number from survey where organization_id = $1 and id = $2::uuid',
    [surveyId],
  );
  return survey?.number == null ? null : loadVersion(source, surveyId, survey.number);
}

/** The UUID of the survey that programs call so; null where there is none. */
export async function surveyIdByKey(source: Source, key: string): Promise<string | null> {
  const [row] = await rowsFrom<{ id: string }>(
    source,
    'select id from survey where organization_id = $1 and key = $2::text',
    [key],
  );
  return row?.id ?? null;
}

function loaded(
  source: Source,
  { number, publishedAt, definition: read, ...survey }: VersionRow,
  known: SurveyDefinition | undefined,
): LoadedVersion {
  const definition = known ?? read;
  if (definition === null) throw new Error(`Version ${number} of a survey has no definition`);
  // A unit of work may see a publication that is rolled back yet.
  if (known === undefined && publishedAt !== null && 'db' in source) {
    const size = JSON.stringify(definition).length;
    definitions.set(cacheKey(source, survey.id, number), { definition, size });
  }
  return { survey, number, publishedAt, definition };
}

function cacheKey({ organizationId }: Source, surveyId: string, number: number): string {
  return `${organizationId} ${surveyId} ${number}`;
}
