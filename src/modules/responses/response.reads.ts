import { column, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { PAGE_LIMIT, readPagePerParent } from '../../db/read/page.ts';
import type { Shaped } from '../../db/read/noun.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { Selection } from '../../graphql/selection.ts';
import { convertedId } from '../noun-fields.ts';

export const responseNoun = new Noun({
  type: 'Response',
  table: 'response',
  alias: 's',
  publicWhen: `s.status = 'PUBLISHED'`,
  // An answer to a review that is hidden would tell of it.
  publicAloneWhen:
    'exists (select from review r where r.organization_id = $1 and r.id = s.review_id and r.is_public)',
  types: {
    revision: 'int4',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
    published_at: 'timestamptz',
  },
  fields: {
    id: convertedId('Response'),
    body: column('body'),
    status: column('status'),
    revision: column('revision'),
    createdAt: column('created_at'),
    updatedAt: column('updated_at'),
    publishedAt: column('published_at'),
    review: relation('review_id', 'reviewKey'),
  },
});

export const EARLIEST_RESPONSE: Order = {
  name: 'OLDEST',
  expression: 's.created_at',
  type: 'timestamptz',
  descending: false,
};
const PAGE = { limit: PAGE_LIMIT, backward: false, beyond: null };

/** The responses of a review, the earliest first, at most 100; all asked reviews by one statement. */
export function responsesOf(
  ctx: GraphQLContext,
  reviewKey: string,
  selection: Selection,
): Promise<readonly Shaped[]> {
  const fields = selection.fields('Response');
  return ctx.loaders.load<readonly Shaped[]>(
    `Response by review: ${fields.join()}`,
    reviewKey,
    async (keys) => {
      const query = { fields, order: EARLIEST_RESPONSE, page: PAGE };
      const pages = await readPagePerParent(responseNoun, ctx.reader, 'review_id', keys, query);
      return new Map([...pages].map(([key, page]) => [key, page.rows.map((row) => row.node)]));
    },
    [],
  );
}
