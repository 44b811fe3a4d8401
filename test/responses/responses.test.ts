import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UnitOfWork } from '../../src/db/database.ts';
import { inputId } from '../../src/graphql/input-id.ts';
import { sharedUnits } from '../../src/graphql/shared-units.ts';
import { lockReview, setFirstResponse, verifyRollups } from '../../src/modules/reviews/index.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';

const FIELDS =
  'response { id body status publishedAt review { id } } userErrors { code message path }';
const DRAFT = `mutation ($input: DraftResponseInput!) { draftResponse(input: $input) { ${FIELDS} } }`;
const PUBLISH = `mutation ($input: PublishResponseInput!) { publishResponse(input: $input) { ${FIELDS} } }`;

const WITHDRAW = `mutation ($input: WithdrawResponseInput!) { withdrawResponse(input: $input) { ${FIELDS} } }`;
const DELETE = `mutation ($input: DeleteReviewInput!) { deleteReview(input: $input) { deletedReviewId userErrors { code message path } } }`;

let api: TestApi;
let serial = 0;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

/** A new review at a location of its own. */
async function newReview(): Promise<{ id: string; place: string }> {
  const place = `place-${++serial}`;
  const { importReviews } = await api.run(
    `mutation ($place: String!) { importReviews(input: { reviews: [{ source: GOOGLE, externalId: $place, rating: 1, authoredAt: "2026-01-01T00:00:00Z", locationExternalId: $place, locationName: $place }] }) { results { review { id } } } }`,
    { place },
  );
  return { id: importReviews.results[0].review.id, place };
}

const draft = async (input: object) => (await api.run(DRAFT, { input })).draftResponse;
const publish = async (input: object) => (await api.run(PUBLISH, { input })).publishResponse;

const withdraw = async (input: object) => (await api.run(WITHDRAW, { input })).withdrawResponse;
const remove = async (input: object) => (await api.run(DELETE, { input })).deleteReview;

async function stateOf(review: { id: string; place: string }): Promise<Data> {
  const { node, location } = await api.run(
    `query ($id: ID!, $place: String!) {
      node(id: $id) { ... on Review { slaState responses { id status body } } }
      location(externalId: $place) { reviewSummary { responseRate } awaiting: reviews(filter: { awaitingResponse: true }) { totalCount } }
    }`,
    review,
  );
  return {
    ...node,
    responseRate: location.reviewSummary.responseRate,
    awaiting: location.awaiting.totalCount,
  };
}

async function kinds(): Promise<string[]> {
  const rows = await api.db.read<{ kind: string }>(
    api.organizationId,
    'select kind from feed_event where organization_id = $1 order by seq desc limit 2',
  );
  return rows.map((row) => row.kind);
}

/** What comes while another write is under way is done together. */
async function together(writes: (() => Promise<Data>)[]): Promise<Data[]> {
  const elsewhere = await newReview();
  const first = publish({ reviewId: elsewhere.id, body: 'First.' });
  const done = await Promise.all(writes.map((write) => write()));
  await first;
  return done;
}

describe('responses', () => {
  it('are drafted, and then published: the review counts as answered from then on', async () => {
    const review = await newReview();
    const drafted = await draft({ reviewId: review.id, body: '  We are sorry.  ' });
    expect(drafted).toMatchObject({
      response: {
        body: 'We are sorry.',
        status: 'DRAFT',
        publishedAt: null,
        review: { id: review.id },
      },
      userErrors: [],
    });
    expect(await stateOf(review)).toMatchObject({
      slaState: 'NOT_DUE',
      responseRate: 0,
      awaiting: 1,
    });
    expect((await kinds())[0]).toBe('RESPONSE_DRAFTED');

    const published = await publish({ responseId: drafted.response.id });
    expect(published.response).toMatchObject({ id: drafted.response.id, status: 'PUBLISHED' });
    expect(published.response.publishedAt).not.toBeNull();
    expect(await stateOf(review)).toMatchObject({ slaState: 'MET', responseRate: 1, awaiting: 0 });
    expect((await kinds())[0]).toBe('RESPONSE_PUBLISHED');
  });

  it('are published straight from a body, and followed up', async () => {
    const review = await newReview();
    await publish({ reviewId: review.id, body: 'First.' });
    await publish({ reviewId: review.id, body: 'Second.' });
    expect(await stateOf(review)).toMatchObject({
      responseRate: 1,
      responses: [{ body: 'First.' }, { body: 'Second.' }],
    });
  });

  it('are refused with what is wrong, and nothing is written', async () => {
    const review = await newReview();
    const { response } = await publish({ reviewId: review.id, body: 'Done.' });
    const cases: [Promise<Data>, string, string[]][] = [
      [draft({ reviewId: review.id, body: '   ' }), 'INVALID_VALUE', ['body']],
      [draft({ reviewId: review.id, body: 'x'.repeat(4_097) }), 'LIMIT_EXCEEDED', ['body']],
      [draft({ reviewId: 'rev_01jx4k5v9re0tbq6x9a3m2f8ch', body: 'x' }), 'NOT_FOUND', ['reviewId']],
      [draft({ reviewId: response.id, body: 'x' }), 'INVALID_ID', ['reviewId']],
      [publish({ responseId: response.id }), 'INVALID_STATE', ['responseId']],
      [publish({ responseId: 'rsp_01jx4k5v9re0tbq6x9a3m2f8ch' }), 'NOT_FOUND', ['responseId']],
      [publish({ responseId: response.id, body: 'x' }), 'INVALID_VALUE', []],
      [publish({}), 'INVALID_VALUE', []],
    ];
    for (const [payload, code, path] of cases) {
      expect(await payload).toMatchObject({ response: null, userErrors: [{ code, path }] });
    }
    expect((await stateOf(review)).responses).toHaveLength(1);
  });

  it('are written once for an idempotency key', async () => {
    const review = await newReview();
    const input = { reviewId: review.id, body: 'Once.', idempotencyKey: `reply-${review.place}` };
    const first = await publish(input);
    expect(await publish(input)).toEqual(first);
    expect((await stateOf(review)).responses).toHaveLength(1);
    const other = await publish({ ...input, body: 'Twice.' });
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('are published once by rivals, with and without a key', async () => {
    const review = await newReview();
    const input = { reviewId: review.id, body: 'Once.', idempotencyKey: `rivals-${review.place}` };
    const same = await together(Array.from({ length: 8 }, () => () => publish(input)));
    expect(new Set(same.map((payload) => payload.response.id)).size).toBe(1);

    const { response } = await draft({ reviewId: review.id, body: 'Draft.' });
    const rivals = await together(
      Array.from({ length: 8 }, () => () => publish({ responseId: response.id })),
    );
    const published = rivals.filter((payload) => payload.userErrors.length === 0);
    expect(published).toHaveLength(1);
    expect(await stateOf(review)).toMatchObject({ responseRate: 1 });
  });

  (onPostgres ? it : it.skip)('are published once by rivals in two processes', async () => {
    const beside = await openTestApi({ beside: api });
    try {
      for (let round = 0; round < 5; round++) {
        const review = await newReview();
        const { response } = await draft({ reviewId: review.id, body: 'Draft.' });
        const input = { responseId: response.id };
        const keyed = { reviewId: review.id, body: 'Once.', idempotencyKey: `two-${review.place}` };
        const inEach = async (published: object) => {
          const all = [api, beside, api, beside].map((one) =>
            one.run(PUBLISH, { input: published }),
          );
          return (await Promise.all(all)).map(({ publishResponse }) => publishResponse);
        };
        const [rivals, same] = await Promise.all([inEach(input), inEach(keyed)]);
        expect(rivals.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
        expect(new Set(same.map((payload) => payload.response.id)).size).toBe(1);
        expect(await stateOf(review)).toMatchObject({ responseRate: 1 });
      }
    } finally {
      await beside.close();
    }
  });
});

describe('a review', () => {
  it('is looked at by one work of a unit after the other', async () => {
    const { id } = await newReview();
    const key = inputId('Review', id, []);
    const look = (uow: UnitOfWork) =>
      uow.execute('select 1 from feed_counter where organization_id = $1', [uow.organizationId]);
    const answering = async (uow: UnitOfWork) => {
      const review = await lockReview(uow, key);
      await look(uow);
      if (review === null || review.first_response_at !== null) return 'no more';
      setFirstResponse(uow, review, uow.now);
      return 'answered';
    };
    const run = <T>(work: (uow: UnitOfWork) => Promise<T>) =>
      sharedUnits(api.db).run(api.organizationId, work);
    const [, ...answers] = await Promise.all([run(look), run(answering), run(answering)]);
    expect(answers).toEqual(['answered', 'no more']);
  });
});

describe('a published response', () => {
  it('is withdrawn: a draft again, and the review awaits a response', async () => {
    const review = await newReview();
    const { response } = await publish({ reviewId: review.id, body: 'Too early.' });
    const withdrawn = await withdraw({ responseId: response.id });
    expect(withdrawn).toMatchObject({
      response: { id: response.id, status: 'DRAFT', publishedAt: null },
      userErrors: [],
    });
    expect((await kinds())[0]).toBe('RESPONSE_WITHDRAWN');
    expect(await stateOf(review)).toMatchObject({ responseRate: 0, awaiting: 1 });
    expect((await publish({ responseId: response.id })).userErrors).toEqual([]);
    expect(await stateOf(review)).toMatchObject({ responseRate: 1, awaiting: 0 });
  });

  it('is withdrawn while another one is published: the review stays answered', async () => {
    for (const isWithdrawnFirst of [true, false]) {
      const review = await newReview();
      const { response } = await publish({ reviewId: review.id, body: 'Too early.' });
      const writes = [
        () => withdraw({ responseId: response.id }),
        () => publish({ reviewId: review.id, body: 'Better.' }),
      ];
      if (!isWithdrawnFirst) writes.reverse();
      await together(writes);
      expect(await stateOf(review)).toMatchObject({ responseRate: 1, awaiting: 0 });
    }
  });

  it('is counted once with another draft of the review that is published beside it', async () => {
    const review = await newReview();
    const drafts = [];
    for (const body of ['One.', 'Two.', 'Three.']) {
      drafts.push((await draft({ reviewId: review.id, body })).response);
    }
    const published = await together(
      drafts.map(
        ({ id }) =>
          () =>
            publish({ responseId: id }),
      ),
    );
    expect(published.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(await stateOf(review)).toMatchObject({ responseRate: 1, awaiting: 0 });
    await together(
      drafts.map(
        ({ id }) =>
          () =>
            withdraw({ responseId: id }),
      ),
    );
    expect(await stateOf(review)).toMatchObject({ responseRate: 0, awaiting: 1 });
    for await (const { differences } of verifyRollups(api.db, api.organizationId)) {
      expect(differences).toEqual([]);
    }
  });

  it('that is withdrawn leaves the review answered by another one', async () => {
    const review = await newReview();
    const first = await publish({ reviewId: review.id, body: 'First.' });
    await publish({ reviewId: review.id, body: 'Second.' });
    await withdraw({ responseId: first.response.id });
    expect(await stateOf(review)).toMatchObject({ responseRate: 1, awaiting: 0 });
  });

  it('alone can be withdrawn', async () => {
    const review = await newReview();
    const { response } = await draft({ reviewId: review.id, body: 'Draft.' });
    expect(await withdraw({ responseId: response.id })).toMatchObject({
      response: null,
      userErrors: [{ code: 'INVALID_STATE', path: ['responseId'] }],
    });
    expect(await withdraw({ responseId: 'rsp_01jx4k5v9re0tbq6x9a3m2f8ch' })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['responseId'] }],
    });
  });
});

describe('a review', () => {
  it('is deleted with its responses, and told so in the feed; once for an idempotency key', async () => {
    const review = await newReview();
    const { response } = await publish({ reviewId: review.id, body: 'Sorry.' });
    const input = { reviewId: review.id, idempotencyKey: `delete-${review.place}` };
    const deleted = await remove(input);
    expect(deleted).toEqual({ deletedReviewId: review.id, userErrors: [] });
    expect(await remove(input)).toEqual(deleted);
    expect((await kinds())[0]).toBe('REVIEW_DELETED');
    const { nodes, location } = await api.run(
      `query ($ids: [ID!]!, $place: String!) { nodes(ids: $ids) { id } location(externalId: $place) { reviewSummary { count } reviews { totalCount } } }`,
      { ids: [review.id, response.id], place: review.place },
    );
    expect(nodes).toEqual([null, null]);
    expect(location).toEqual({ reviewSummary: { count: 0 }, reviews: { totalCount: 0 } });
  });

  it('that is not there cannot be deleted', async () => {
    const cases: [string, string][] = [
      ['rev_01jx4k5v9re0tbq6x9a3m2f8ch', 'NOT_FOUND'],
      ['rsp_01jx4k5v9re0tbq6x9a3m2f8ch', 'INVALID_ID'],
    ];
    for (const [reviewId, code] of cases) {
      expect(await remove({ reviewId })).toMatchObject({
        deletedReviewId: null,
        userErrors: [{ code, path: ['reviewId'] }],
      });
    }
  });
});
