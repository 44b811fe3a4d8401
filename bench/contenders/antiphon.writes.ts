import type { ReplyVariables } from '../questions/q5-reply.ts';
import type { ImportVariables } from '../questions/q6-import.ts';
import { type Ask, dataOf, graphqlCall } from './contender.ts';
import { toTypeId } from './type-id.ts';

const DRAFT = `mutation Draft($input: DraftResponseInput!) {
  draftResponse(input: $input) { response { id status body } userErrors { code message } }
}`;

const PUBLISH = `mutation Publish($input: PublishResponseInput!) {
  publishResponse(input: $input) { response { id status publishedAt } userErrors { code message } }
}`;

const IMPORT = `mutation Import($input: ImportReviewsInput!) {
  importReviews(input: $input) { created rejected userErrors { code message } }
}`;

interface Drafted {
  readonly draftResponse: { readonly response: { id: string; status: string; body: string } };
}

interface Published {
  readonly publishResponse: { readonly response: { status: string; publishedAt: string | null } };
}

export const reply: Ask<ReplyVariables> = {
  steps: ({ reviewId, body }) => [
    graphqlCall('secret', DRAFT, { input: { reviewId: toTypeId('rev', reviewId), body } }),
    (drafted) => {
      const { response } = dataOf<Drafted>(drafted).draftResponse;
      return graphqlCall('secret', PUBLISH, { input: { responseId: response.id } });
    },
  ],
  normalise: ([drafted, published]) => {
    const { status, body } = dataOf<Drafted>(drafted).draftResponse.response;
    const { response } = dataOf<Published>(published).publishResponse;
    const isPublished = response.publishedAt !== null;
    return { drafted: { status, body }, published: { status: response.status, isPublished } };
  },
};

export const importReviews: Ask<ImportVariables> = {
  steps: ({ reviews }) => [graphqlCall('secret', IMPORT, { input: { reviews } })],
  normalise: ([answer]) => {
    const { importReviews: result } = dataOf<{ importReviews: { created: number } }>(answer);
    return { created: result.created };
  },
};
