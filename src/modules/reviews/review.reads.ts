import { carried, column, computed, converted, Noun, relation } from '../../db/read/noun.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { PlannedValue } from '../../graphql/plan/planned.ts';
import { convertedId } from '../noun-fields.ts';
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
    text: carried(['text', 'translated_text'], ([text, translated]) => text ?? translated),
    originalText: column('text'),
    translatedText: column('translated_text'),
    language: column('language'),
    author: carried(['author_name'], ([name]) => ({ name })),
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
