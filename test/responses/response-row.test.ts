import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getNamedType, isLeafType, isObjectType } from 'graphql';
import type { FieldSource } from '../../src/db/read/noun.ts';
import { responseNoun } from '../../src/modules/responses/response.reads.ts';
import { RESPONSE_COLUMNS } from '../../src/modules/responses/response.writes.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

/** Every field of a response that holds a value of its own. */
function everyField(): string {
  const type = api.schemas.full.getType('Response');
  if (!isObjectType(type)) throw new Error('There is no type Response');
  const values = Object.values(type.getFields()).filter(({ type }) =>
    isLeafType(getNamedType(type)),
  );
  return `${values.map(({ name }) => name).join(' ')} review { id }`;
}

async function newReview(externalId: string): Promise<string> {
  const { importReviews } = await api.run(
    `mutation ($externalId: String!) { importReviews(input: { reviews: [{ source: GOOGLE, externalId: $externalId, rating: 1, authoredAt: "2026-01-01T00:00:00Z" }] }) { results { review { id } } } }`,
    { externalId },
  );
  return importReviews.results[0].review.id;
}

/** What a mutation answers, and what a query reads of the same response afterwards. */
async function answeredAndRead(mutation: string, input: object): Promise<[Data, Data]> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { [mutation]: payload } = await api.run(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { response { ${everyField()} } userErrors { message } } }`,
    { input },
  );
  expect(payload.userErrors).toEqual([]);
  const { node } = await api.run(
    `query ($id: ID!) { node(id: $id) { ... on Response { ${everyField()} } } }`,
    { id: payload.response.id },
  );
  return [payload.response, node];
}

describe('a response that a mutation answers', () => {
  it('comes from a row with every column that queries read', () => {
    const fields: readonly FieldSource[] = Object.values(responseNoun.declaration.fields);
    const read = new Set(fields.flatMap(({ columns }) => columns));
    expect([...read].sort()).toEqual([...RESPONSE_COLUMNS].sort());
  });

  it('is what a query reads of it', async () => {
    const reviewId = await newReview('one');
    const [drafted, draft] = await answeredAndRead('draftResponse', { reviewId, body: 'Thanks.' });
    expect(drafted).toEqual(draft);
    const responseId = drafted.id;
    const [published, afterwards] = await answeredAndRead('publishResponse', { responseId });
    expect(published).toEqual(afterwards);
    const [withdrawn, again] = await answeredAndRead('withdrawResponse', { responseId });
    expect(withdrawn).toEqual(again);
    const straight = { reviewId: await newReview('two'), body: 'Thanks.' };
    const [atOnce, read] = await answeredAndRead('publishResponse', straight);
    expect(atOnce).toEqual(read);
  });
});
