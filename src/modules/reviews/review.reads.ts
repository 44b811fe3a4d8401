import { GraphQLError } from 'graphql';
import type { Bindings, Condition } from '../../db/read/conditions.ts';
import { column, computed, converted, Noun, relation } from '../../db/read/noun.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { PlannedValue } from '../../graphql/plan/planned.ts';
import { decodeId } from '../../graphql/ids.ts';
import { groupTree } from '../locations/index.ts';
import { convertedId } from '../noun-fields.ts';
import type { ReviewFilter } from './review.input.ts';
import { slaState } from './sla.ts';

export const reviewNoun = new Noun({
  type: 'Review',
  table: 'review',
  alias: 'r',
  publicWhen: 'r.is_public',
  types: {
    rating: 'numeric',
    score: 'float8',
    version: 'int4',
    authored_at: 'timestamptz',
    received_at: 'timestamptz',
    updated_at: 'timestamptz',
    response_due_at: 'timestamptz',
    first_response_at: 'timestamptz',
  },
  fields: {
    id: convertedId('Review'),
    source: column('source'),
    externalId: column('external_id'),
    url: column('url'),
    rating: converted('rating', Number),
    ratingScale: column('rating_scale'),
    score: column('score'),
    sentiment: column('sentiment'),
    title: column('title'),
    text: computed(['text', 'translated_text'], ([text, translated]) => text ?? translated),
    originalText: column('text'),
    translatedText: column('translated_text'),
    language: column('language'),
    author: computed(['author_name'], ([name]) => ({ name })),
    authoredAt: column('authored_at'),
    receivedAt: column('received_at'),
    updatedAt: column('updated_at'),
    version: column('version'),
    responseDueAt: column('response_due_at'),
    slaState: computed(
      ['received_at', 'response_due_at', 'first_response_at'],
      ([receivedAt, responseDueAt, firstResponseAt], now) =>
        slaState(
          {
            receivedAt: receivedAt as Date,
            responseDueAt: responseDueAt as Date | null,
            firstResponseAt: firstResponseAt as Date | null,
          },
          now,
        ),
    ),
    location: relation('location_id', 'locationKey'),
    product: relation('product_id', 'productKey'),
  },
});

/** A rating on five stars as a score: the inverse of 1 + 4 × score. */
const scoreOfStars = (stars: number): number => (stars - 1) / 4;

const LONGEST_SEARCH = 500;
/** To the letter as in the index `review_search`, which holds it. */
const WORDS = `to_tsvector('simple', coalesce(r.title, '') || ' ' || coalesce(r.text, '') || ' ' || coalesce(r.translated_text, ''))`;

/** The conditions of a filter, over the alias of {@link reviewNoun}. */
export function reviewConditions(filter: ReviewFilter | null | undefined): Condition {
  if (filter == null) return () => [];
  if ((filter.text?.length ?? 0) > LONGEST_SEARCH) {
    throw new GraphQLError(`\`text\` takes at most ${LONGEST_SEARCH} characters.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return (bindings) => [
    ...placeConditions(filter, bindings),
    ...ratingConditions(filter, bindings),
    ...contentConditions(filter, bindings),
  ];
}

function placeConditions(filter: ReviewFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.locationIds != null) {
    const ids = filter.locationIds.map((id) => decodeId('Location', id));
    conditions.push(`r.location_id ${bindings.oneOf(ids, 'uuid')}`);
  }
  const locations = 'select l.id from location l where l.organization_id = $1';
  if (filter.locationExternalIds != null) {
    const ids = bindings.oneOf(filter.locationExternalIds, 'text');
    conditions.push(`r.location_id in (${locations} and l.external_id ${ids})`);
  }
  if (filter.groupIds != null) {
    const ids = filter.groupIds.map((id) => decodeId('LocationGroup', id));
    const groups = groupTree(bindings.bind(ids));
    conditions.push(`r.location_id in (${locations} and l.group_id in ${groups})`);
  }
  return conditions;
}

function ratingConditions(filter: ReviewFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.sentiments != null) {
    conditions.push(`r.sentiment ${bindings.oneOf(filter.sentiments, 'text')}`);
  }
  if (filter.ratingAtMost != null) {
    conditions.push(`r.score <= ${bindings.bind(scoreOfStars(filter.ratingAtMost))}::float8`);
  }
  if (filter.ratingAtLeast != null) {
    conditions.push(`r.score >= ${bindings.bind(scoreOfStars(filter.ratingAtLeast))}::float8`);
  }
  if (filter.awaitingResponse != null) {
    conditions.push(`r.first_response_at is ${filter.awaitingResponse ? '' : 'not '}null`);
  }
  return conditions;
}

function contentConditions(filter: ReviewFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (filter.sources != null) {
    conditions.push(`r.source ${bindings.oneOf(filter.sources, 'text')}`);
  }
  if (filter.languages != null) {
    conditions.push(`r.language ${bindings.oneOf(filter.languages, 'text')}`);
  }
  if (filter.authoredAfter != null) {
    conditions.push(`r.authored_at >= ${bindings.bind(filter.authoredAfter)}::timestamptz`);
  }
  if (filter.authoredBefore != null) {
    conditions.push(`r.authored_at < ${bindings.bind(filter.authoredBefore)}::timestamptz`);
  }
  if (filter.text != null) {
    conditions.push(`${WORDS} @@ websearch_to_tsquery('simple', ${bindings.bind(filter.text)})`);
  }
  return conditions;
}

/** The most earlier versions that a review shows. */
const VERSIONS_SHOWN = 100;

const VERSION_COLUMNS =
  'v.version, v.rating_scale as "ratingScale", v.rating, v.title, v.text, ' +
  'v.translated_text as "translatedText", v.authored_at as "authoredAt", v.replaced_at as "replacedAt"';

interface VersionRow {
  readonly rating: string | number | null;
  readonly authoredAt: string | Date;
  readonly replacedAt: string | Date;
}

function versionOf(row: VersionRow): object {
  return {
    ...row,
    rating: row.rating === null ? null : Number(row.rating),
    authoredAt: new Date(row.authoredAt),
    replacedAt: new Date(row.replacedAt),
  };
}

/** {@link earlierVersions} as a part of one statement. */
export const PLANNED_VERSIONS: PlannedValue = {
  kind: 'value',
  sql:
    `(select json_agg(earlier) from (select ${VERSION_COLUMNS} from review_version v ` +
    `where v.organization_id = $1 and v.review_id = r.id order by v.version desc limit ${VERSIONS_SHOWN}) earlier)`,
  value: (cell) => (cell === null ? [] : (JSON.parse(cell) as VersionRow[]).map(versionOf)),
};

/** What reviews said before, the latest first, for all asked reviews by one statement. */
export function earlierVersions(ctx: GraphQLContext, reviewKey: string): Promise<object[]> {
  return ctx.loaders.load<object[]>(
    'ReviewVersion by review',
    reviewKey,
    async (keys) => {
      const rows = await ctx.db.read<VersionRow & { review_id: string }>(
        ctx.caller.organizationId,
        'select v.* from unnest($2::uuid[]) as parent(key) cross join lateral (' +
          `select v.review_id, ${VERSION_COLUMNS} ` +
          'from review_version v where v.organization_id = $1 and v.review_id = parent.key ' +
          `order by v.version desc limit ${VERSIONS_SHOWN}) v order by v.review_id, v.version desc`,
        [keys],
      );
      const byReview = new Map<string, object[]>(keys.map((key) => [key, []]));
      for (const row of rows) byReview.get(row.review_id)?.push(versionOf(row));
      return byReview;
    },
    [],
  );
}
