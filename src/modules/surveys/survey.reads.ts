import type { Condition } from '../../db/read/conditions.ts';
import {
  column,
  computed,
  converted,
  Noun,
  type Reader,
  type Shaped,
  withId,
} from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { oneOf } from '../../graphql/arguments.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { decodeId, encodeId } from '../../graphql/ids.ts';
import type { PlannedValue } from '../../graphql/plan/planned.ts';
import { convertedId } from '../noun-fields.ts';
import type { SurveyDefinition } from './definition.ts';
import { surveyIdByKey } from './load-version.ts';
import { shownDefinition } from './shown-definition.ts';
import type { SurveyState } from './survey-enums.ts';
import type { SurveyFilter } from './survey.input.ts';

export const surveyNoun = new Noun({
  type: 'Survey',
  table: 'survey',
  alias: 'sv',
  types: {
    anonymous: 'bool',
    alert_at_most: 'float8',
    ends_at: 'timestamptz',
    published_version: 'int4',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  fields: {
    id: convertedId('Survey'),
    // A row's `key` is its UUID everywhere: this is the other one.
    key: { ...column('key'), as: 'surveyKey' },
    name: column('name'),
    kind: column('kind'),
    anonymous: column('anonymous'),
    alertAtMost: column('alert_at_most'),
    endsAt: column('ends_at'),
    state: computed(['published_version', 'ends_at'], ([published, endsAt], now) =>
      surveyState(published as number | null, endsAt as Date | null, now),
    ),
    createdAt: column('created_at'),
    updatedAt: column('updated_at'),
  },
  // Never of a storefront, whatever way an id comes.
  publicWhen: 'false',
});

export function surveyState(published: number | null, endsAt: Date | null, now: Date): SurveyState {
  if (published === null) return 'DRAFT';
  return endsAt !== null && endsAt <= now ? 'CLOSED' : 'PUBLISHED';
}

export const surveyVersionNoun = new Noun({
  type: 'SurveyVersion',
  table: 'survey_version',
  alias: 'svv',
  types: {
    number: 'int4',
    question_count: 'int4',
    definition: 'jsonb',
    created_at: 'timestamptz',
    published_at: 'timestamptz',
  },
  fields: {
    id: convertedId('SurveyVersion'),
    number: column('number'),
    questionCount: column('question_count'),
    definition: converted<SurveyDefinition>('definition', shownDefinition),
    createdAt: column('created_at'),
    publishedAt: column('published_at'),
  },
  publicWhen: 'false',
});

/** Each has an index. */
export const NEWEST_SURVEYS: Order = {
  name: 'NEWEST',
  expression: 'sv.created_at',
  type: 'timestamptz',
  descending: true,
};
export const LATEST_VERSIONS: Order = {
  name: 'NEWEST',
  expression: 'svv.created_at',
  type: 'timestamptz',
  descending: true,
};

/** One of them, by one of its keys. */
export interface SurveyChoice {
  readonly id?: string | null | undefined;
  readonly key?: string | null | undefined;
}

/** The condition that a row is the chosen one. */
export function surveyBy({ id, key }: SurveyChoice): Condition {
  const by = oneOf({ id, key });
  return by.name === 'id'
    ? withId(surveyNoun, decodeId('Survey', by.value))
    : (bindings) => [`sv.key = ${bindings.bind(by.value)}::text`];
}

/** The UUID of the chosen one; null where no survey has that key. */
export async function chosenSurvey(reader: Reader, { id, key }: SurveyChoice) {
  const by = oneOf({ id, key });
  return by.name === 'id' ? decodeId('Survey', by.value) : surveyIdByKey(reader, by.value);
}

const STATES: Readonly<Record<SurveyState, string>> = {
  DRAFT: 'sv.published_version is null',
  PUBLISHED: 'sv.published_version is not null and (sv.ends_at is null or sv.ends_at > now())',
  CLOSED: 'sv.published_version is not null and sv.ends_at <= now()',
};

export function surveyConditions(filter: SurveyFilter | null | undefined): Condition {
  return (bindings) => [
    ...(filter?.kinds == null ? [] : [`sv.kind ${bindings.oneOf(filter.kinds, 'text')}`]),
    ...(filter?.states == null
      ? []
      : [`(${['false', ...filter.states.map((state) => STATES[state])].join(' or ')})`]),
  ];
}

export const PLANNED_KEY: PlannedValue = { kind: 'value', sql: 'sv.key', value: (cell) => cell };

/** Which of its versions a survey points to. */
const POINTED = {
  published: 'svv.number = sv.published_version',
  draft: 'svv.published_at is null',
} as const;
export type Pointed = keyof typeof POINTED;

const VERSION_JSON = `json_build_object('id', svv.id, 'number', svv.number,
  'questionCount', svv.question_count, 'definition', svv.definition,
  'createdAt', svv.created_at, 'publishedAt', svv.published_at)`;

interface VersionJson {
  readonly id: string;
  readonly definition: SurveyDefinition;
  readonly createdAt: string;
  readonly publishedAt: string | null;
}

function shownVersion(version: VersionJson): Shaped {
  const { id, definition, createdAt, publishedAt } = version;
  return {
    ...version,
    __typename: 'SurveyVersion',
    key: id,
    id: encodeId('SurveyVersion', id),
    definition: shownDefinition(definition),
    createdAt: new Date(createdAt),
    publishedAt: publishedAt === null ? null : new Date(publishedAt),
  };
}

/** {@link versionOf} as a part of one statement. */
export function plannedVersion(which: Pointed): PlannedValue {
  return {
    kind: 'value',
    sql: `(select ${VERSION_JSON} from survey_version svv where svv.organization_id = $1 and svv.survey_id = sv.id and ${POINTED[which]})`,
    value: (cell) => (cell === null ? null : shownVersion(JSON.parse(cell) as VersionJson)),
  };
}

/** A version that a survey points to, for all asked surveys by one statement. */
export function versionOf(
  ctx: GraphQLContext,
  surveyKey: string,
  which: Pointed,
): Promise<Shaped | null> {
  return ctx.loaders.load<Shaped | null>(
    `SurveyVersion ${which}`,
    surveyKey,
    async (keys) => {
      const rows = await ctx.db.read<{ surveyId: string; version: VersionJson }>(
        ctx.caller.organizationId,
        `select sv.id as "surveyId", ${VERSION_JSON} as version
         from survey sv join survey_version svv on svv.organization_id = $1 and svv.survey_id = sv.id
         where sv.organization_id = $1 and sv.id = any($2::uuid[]) and ${POINTED[which]}`,
        [keys],
      );
      return new Map(rows.map(({ surveyId, version }) => [surveyId, shownVersion(version)]));
    },
    null,
  );
}
