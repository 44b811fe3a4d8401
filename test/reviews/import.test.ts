import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';

const IMPORT = `mutation ($input: ImportReviewsInput!) {
  importReviews(input: $input) {
    created updated unchanged rejected
    results {
      index outcome
      review { id rating score sentiment text originalText translatedText language version author { name } location { externalId name } responses { body status } }
      userErrors { __typename code message path ... on InvalidValueError { allowed } ... on LimitExceededError { limit } }
    }
    userErrors { code message path ... on LimitExceededError { limit } }
  }
}`;

const base = {
  source: 'GOOGLE',
  authoredAt: '2026-03-01T10:00:00Z',
  locationExternalId: 'shop-1',
  locationName: 'Shop One',
};

let api: TestApi;
let serial = 0;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function importRows(reviews: object[], more: object = {}): Promise<Data> {
  const { importReviews } = await api.run(IMPORT, { input: { reviews, ...more } });
  return importReviews;
}

async function one(row: object): Promise<Data> {
  const payload = await importRows([{ ...base, externalId: `one-${++serial}`, ...row }]);
  return payload.results[0];
}

async function events(): Promise<number> {
  const [row] = await api.db.read<{ last_seq: number }>(
    api.organizationId,
    'select last_seq from feed_counter where organization_id = $1',
  );
  return row?.last_seq ?? 0;
}

describe('importReviews', () => {
  it('creates, leaves unchanged without an event, and updates with a version', async () => {
    const row = { ...base, externalId: 'a', rating: 5, text: 'Lovely place, we will come again.' };
    expect(await importRows([row])).toMatchObject({ created: 1, updated: 0, unchanged: 0 });
    const before = await events();
    expect(await importRows([row])).toMatchObject({ created: 0, unchanged: 1 });
    expect(await events()).toBe(before);

    const payload = await importRows([{ ...row, rating: 1, text: 'It was closed.' }]);
    expect(payload).toMatchObject({ created: 0, updated: 1, unchanged: 0 });
    expect(payload.results[0].review).toMatchObject({
      rating: 1,
      version: 2,
      sentiment: 'NEGATIVE',
    });
    expect(await events()).toBe(before + 1);

    const { review } = await api.run(
      `query ($id: ID!) { review(id: $id) { earlierVersions { version rating text } } }`,
      { id: payload.results[0].review.id },
    );
    expect(review.earlierVersions).toEqual([
      { version: 1, rating: 5, text: 'Lovely place, we will come again.' },
    ]);
  });

  it('takes every rating scale, and derives score and sentiment', async () => {
    const cases = [
      [{ rating: 2 }, 0.25, 'NEGATIVE'],
      [{ rating: 3 }, 0.5, 'NEUTRAL'],
      [{ ratingScale: 'NUMERIC_10', rating: 2 }, 1 / 9, 'NEGATIVE'],
      [{ ratingScale: 'NUMERIC_10', rating: 8.5 }, 7.5 / 9, 'POSITIVE'],
      [{ ratingScale: 'THUMBS', rating: 0 }, 0, 'NEGATIVE'],
      [{ ratingScale: 'THUMBS', rating: 1 }, 1, 'POSITIVE'],
      [{ ratingScale: 'TEXT_ONLY', text: 'Horrible, disgusting and rude.' }, null, 'NEGATIVE'],
      [
        { ratingScale: 'TEXT_ONLY', text: 'An excellent evening, wonderful staff.' },
        null,
        'POSITIVE',
      ],
      [{ ratingScale: 'TEXT_ONLY', text: 'We sat at a table near the window.' }, null, 'NEUTRAL'],
    ] as const;
    for (const [row, score, sentiment] of cases) {
      const { review } = await one(row);
      expect({ row, ...review }).toMatchObject({ row, sentiment });
      if (score === null) expect(review.score).toBeNull();
      else expect(review.score).toBeCloseTo(score, 12);
    }
  });

  it("keeps the source's translation apart from the customer's own words", async () => {
    const both = await one({
      rating: 4,
      text: '(Translated by Google) Very tasty and friendly people.\n\n(Original)\nHeel lekker gegeten en hele vriendelijke mensen.',
    });
    expect(both.review).toMatchObject({
      originalText: 'Heel lekker gegeten en hele vriendelijke mensen.',
      text: 'Heel lekker gegeten en hele vriendelijke mensen.',
      translatedText: 'Very tasty and friendly people.',
      language: 'nl',
    });
    const cut = await one({ rating: 4, text: '(Translated by Google) Good food.\n\n(Original) …' });
    expect(cut.review).toMatchObject({
      originalText: null,
      text: 'Good food.',
      translatedText: 'Good food.',
      language: null,
    });
    const after = await one({
      rating: 4,
      text: 'Prima bier!\n\n(Translated by Google)\nGreat beer!',
    });
    expect(after.review).toMatchObject({
      originalText: 'Prima bier!',
      translatedText: 'Great beer!',
    });
    const given = await one({ rating: 4, text: 'ok', language: 'pt-BR' });
    expect(given.review).toMatchObject({
      language: 'pt-BR',
      originalText: 'ok',
      translatedText: null,
    });
  });

  it('tells what is wrong with each bad row, and writes the good ones', async () => {
    const bad: [object, string, string][] = [
      [{ rating: 6 }, 'rating', 'INVALID_VALUE'],
      [{}, 'rating', 'INVALID_VALUE'],
      [{ rating: 4.123 }, 'rating', 'INVALID_VALUE'],
      [{ ratingScale: 'THUMBS', rating: 0.5 }, 'rating', 'INVALID_VALUE'],
      [{ ratingScale: 'TEXT_ONLY', rating: 3 }, 'rating', 'INVALID_VALUE'],
      [{ rating: 3, text: 'a\u0000b' }, 'text', 'INVALID_VALUE'],
      [{ rating: 3, text: 'broken \ud800 pair' }, 'text', 'INVALID_VALUE'],
      [{ rating: 3, text: 'x'.repeat(20_001) }, 'text', 'LIMIT_EXCEEDED'],
      [{ rating: 3, externalId: '' }, 'externalId', 'INVALID_VALUE'],
      [{ rating: 3, url: 'javascript:alert(1)' }, 'url', 'INVALID_VALUE'],
      [{ rating: 3, authoredAt: '2999-01-01T00:00:00Z' }, 'authoredAt', 'INVALID_VALUE'],
      [{ rating: 3, authoredAt: '1970-01-01T00:00:00Z' }, 'authoredAt', 'INVALID_VALUE'],
      [
        { rating: 3, locationExternalId: 'nowhere', locationName: null },
        'locationExternalId',
        'NOT_FOUND',
      ],
      [{ rating: 3, productExternalId: 'nothing' }, 'productExternalId', 'NOT_FOUND'],
      [{ rating: 3, response: { body: '' } }, 'body', 'INVALID_VALUE'],
    ];
    const rows = bad.flatMap(([row], i) => [
      { ...base, externalId: `bad-${i}`, ...row },
      { ...base, externalId: `good-${i}`, rating: 4 },
    ]);
    const payload = await importRows(rows);
    expect(payload).toMatchObject({ created: bad.length, rejected: bad.length, userErrors: [] });
    bad.forEach(([, field, code], i) => {
      const result = payload.results[2 * i];
      expect(result).toMatchObject({ index: 2 * i, outcome: 'REJECTED', review: null });
      expect(result.userErrors).toHaveLength(1);
      expect(result.userErrors[0].code).toBe(code);
      expect(result.userErrors[0].path.slice(0, 2)).toEqual(['reviews', String(2 * i)]);
      expect(result.userErrors[0].path.at(-1)).toBe(field);
    });
  });

  it('refuses more than 1,000 rows as a whole', async () => {
    const rows = Array.from({ length: 1_001 }, (_, i) => ({
      ...base,
      externalId: `m${i}`,
      rating: 5,
    }));
    const payload = await importRows(rows);
    expect(payload).toMatchObject({ created: 0, results: [] });
    expect(payload.userErrors).toEqual([
      expect.objectContaining({ code: 'LIMIT_EXCEEDED', limit: 1_000, path: ['reviews'] }),
    ]);
  });

  it('sees rows of the same review in one call one after the other', async () => {
    const row = { ...base, externalId: 'twice', rating: 5 };
    const payload = await importRows([row, { ...row, rating: 2 }, { ...row, rating: 2 }]);
    expect(payload).toMatchObject({ created: 1, updated: 1, unchanged: 1 });
    expect(payload.results.map((result: Data) => result.outcome)).toEqual([
      'CREATED',
      'UPDATED',
      'UNCHANGED',
    ]);
    expect(payload.results[2].review).toMatchObject({ rating: 2, version: 2 });
  });

  it('imports the response of the source once, and revises it when it changes', async () => {
    const row = { ...base, externalId: 'answered', rating: 1, text: 'Cold soup.' };
    const answered = {
      ...row,
      response: { body: 'We are sorry.', publishedAt: '2026-03-02T00:00:00Z' },
    };
    expect(await importRows([row])).toMatchObject({ created: 1 });
    const payload = await importRows([answered]);
    expect(payload).toMatchObject({ updated: 1 });
    expect(payload.results[0].review.responses).toEqual([
      { body: 'We are sorry.', status: 'PUBLISHED' },
    ]);
    expect(await importRows([answered])).toMatchObject({ unchanged: 1 });
    expect(await importRows([row])).toMatchObject({ unchanged: 1 });
    const revised = await importRows([{ ...answered, response: { body: 'Please come back.' } }]);
    expect(revised).toMatchObject({ updated: 1 });
    expect(revised.results[0].review.responses).toEqual([
      { body: 'Please come back.', status: 'PUBLISHED' },
    ]);
  });

  it('says in a dry run what would happen, and changes nothing', async () => {
    const before = await events();
    const rows = [
      { ...base, externalId: 'a', rating: 3 },
      { ...base, externalId: 'dry', rating: 3, locationExternalId: 'dry-place' },
      { ...base, externalId: 'dry-bad', rating: 9 },
    ];
    const payload = await importRows(rows, { dryRun: true });
    expect(payload).toMatchObject({ created: 1, updated: 1, rejected: 1 });
    expect(payload.results[1].review).toBeNull();
    expect(await events()).toBe(before);
    const { location } = await api.run('{ location(externalId: "dry-place") { id } }');
    expect(location).toBeNull();
  });

  it('does nothing twice for an idempotency key, and refuses it for another input', async () => {
    const rows = [{ ...base, externalId: 'key-1', rating: 4 }];
    const first = await importRows(rows, { idempotencyKey: 'import-1' });
    expect(first).toMatchObject({ created: 1 });
    const before = await events();
    const again = await importRows(rows, { idempotencyKey: 'import-1' });
    expect(again).toEqual(first);
    expect(await events()).toBe(before);
    const other = await importRows([{ ...base, externalId: 'key-2', rating: 4 }], {
      idempotencyKey: 'import-1',
    });
    expect(other.userErrors).toEqual([
      expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] }),
    ]);
    const { reviews } = await api.run(
      '{ reviews(filter: { locationExternalIds: ["shop-1"] }, first: 100) { nodes { externalId } } }',
    );
    expect(reviews.nodes.map((node: Data) => node.externalId)).not.toContain('key-2');
  });

  it('sends as many statements for a thousand rows as for two', async () => {
    const rows = (n: number, prefix: string) =>
      Array.from({ length: n }, (_, i) => ({
        ...base,
        externalId: `${prefix}-${i}`,
        rating: 1 + (i % 5),
        response: { body: 'Thank you.' },
      }));
    await importRows(rows(1, 'first'));
    const few = await api.statements(() => importRows(rows(2, 'few')));
    const many = await api.statements(() => importRows(rows(1_000, 'many')));
    expect(many.length).toBe(few.length);
  });
});
