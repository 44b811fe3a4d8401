import { join } from 'node:path';
import type { MetricViewVariables } from '../questions/q3-metric-view.ts';
import type { InboxVariables } from '../questions/q4-inbox.ts';
import type { NestedListVariables } from '../questions/q2-nested-list.ts';
import type { ReplyVariables } from '../questions/q5-reply.ts';
import type { ImportVariables } from '../questions/q6-import.ts';
import type { StorefrontPageVariables } from '../questions/q1-storefront-page.ts';
import { canonical } from './canonical.ts';
import { type Ask, type Call, type Contender, dataOf, type KeyKind } from './contender.ts';
import { comparable, type DayOfReviews } from './metric-days.ts';
import { toTypeId } from './type-id.ts';

function call(key: KeyKind, path: string, variables: object): Call {
  return { key, path, body: JSON.stringify(variables) };
}

const storefrontPage: Ask<StorefrontPageVariables> = {
  steps: ({ locationId }) => [
    call('storefront', '/storefront-page', { id: toTypeId('loc', locationId) }),
  ],
  normalise: ([answer]) => canonical(dataOf(answer)),
};

const nestedList: Ask<NestedListVariables> = {
  steps: ({ locationIds }) => [
    call('storefront', '/nested-list', { ids: locationIds.map((id) => toTypeId('loc', id)) }),
  ],
  normalise: ([answer]) => canonical(dataOf(answer)),
};

const metricView: Ask<MetricViewVariables> = {
  steps: ({ locationId, from, to }) => [
    call('secret', '/metric-view', { id: toTypeId('loc', locationId), from, to }),
  ],
  normalise: ([answer]) => comparable(dataOf<{ days: DayOfReviews[] }>(answer).days),
};

interface Inbox {
  readonly reviews: {
    readonly nodes: readonly object[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const inbox: Ask<InboxVariables> = {
  steps: ({ authoredAt, reviewId }) => [
    call('secret', '/inbox', { after: `${authoredAt} ${reviewId}` }),
  ],
  normalise([answer]) {
    const { nodes, pageInfo } = dataOf<Inbox>(answer).reviews;
    const { hasNextPage, endCursor } = pageInfo;
    return canonical({ nodes, hasNextPage, hasEndCursor: endCursor !== null });
  },
};

interface Written {
  readonly id: string;
  readonly status: string;
  readonly body: string;
  readonly publishedAt: string | null;
}

const reply: Ask<ReplyVariables> = {
  steps: ({ reviewId, body }) => [
    call('secret', '/draft', { reviewId: toTypeId('rev', reviewId), body }),
    (drafted) => call('secret', '/publish', { responseId: dataOf<Written>(drafted).id }),
  ],
  normalise: ([drafted, published]) => {
    const { status, body } = dataOf<Written>(drafted);
    const response = dataOf<Written>(published);
    const isPublished = response.publishedAt !== null;
    return { drafted: { status, body }, published: { status: response.status, isPublished } };
  },
};

const importReviews: Ask<ImportVariables> = {
  steps: (variables) => [call('secret', '/import', variables)],
  normalise: ([answer]) => dataOf(answer),
};

/** What the question costs at the least on this stack: `node:http`, `pg`, and no GraphQL. */
export const limit: Contender = {
  name: 'limit',
  title: 'the limit: node:http, pg, JSON by hand',
  program: [join(import.meta.dirname, 'limit.server.ts')],
  asks: () => ({
    Q1: storefrontPage,
    Q2: nestedList,
    Q3: metricView,
    Q4: inbox,
    Q5: reply,
    Q6: importReviews,
  }),
};
