import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { ask, dataOf, HITS, IMPORT_REVIEWS, metric, reviewOf } from './shop.ts';

const BYTES = 300_000;
const SEARCH = `query ($text: String!, $n: Int) {
  reviews(first: $n, filter: { text: $text }) { nodes { text externalId authoredAt } }
}`;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer(
    { ANTIPHON_ANSWER_CACHE_BYTES: String(BYTES) },
    { isCompared: false },
  );
  const reviews = Array.from({ length: 60 }, (_, i) => ({
    ...reviewOf(`r${i}`, 'a', `soup ${i} `.repeat(20)),
    locationName: 'Harbour',
  }));
  await server.query(IMPORT_REVIEWS, { input: { reviews } });
});

afterAll(async () => {
  await server.close();
});

const search = async (text: string, n: number) =>
  dataOf(await ask(server.url, SEARCH, { key: server.keys.storefront, variables: { text, n } }));

it('answers take no more memory than they may, and the latest ones stay', async () => {
  let largest = 0;
  for (let i = 0; i < 400; i++) {
    await search(`soup -x${i}`, 10);
    if (i % 20 === 0) {
      largest = Math.max(largest, await metric(server.url, 'antiphon_answer_cache_bytes'));
    }
  }
  expect(largest).toBeGreaterThan(BYTES / 2);
  expect(largest).toBeLessThanOrEqual(BYTES);
  const before = await metric(server.url, HITS);
  await search('soup -x399', 10);
  await search('soup -x0', 10);
  expect(await metric(server.url, HITS)).toBe(before + 1);
});

it('an answer that is large by itself is not kept', async () => {
  const before = await metric(server.url, HITS);
  for (let i = 0; i < 5; i++) {
    const { reviews } = await search('soup', 60);
    expect(JSON.stringify(reviews).length).toBeGreaterThan(10_000);
  }
  const all = `query { ${Array.from({ length: 8 }, (_, i) => `a${i}: reviews(first: 60) { nodes { text title externalId } }`).join(' ')} }`;
  const hits = await metric(server.url, HITS);
  expect(hits).toBeGreaterThan(before);
  for (let i = 0; i < 5; i++) await ask(server.url, all, { key: server.keys.storefront });
  expect(await metric(server.url, HITS)).toBe(hits);
});

it('nothing is kept where there is no memory for it, and the headers are the same', async () => {
  const without = await startTestServer({ ANTIPHON_ANSWER_CACHE_BYTES: '0' });
  try {
    const { storefront: key } = without.keys;
    for (let i = 0; i < 4; i++) {
      const { headers } = await ask(without.url, '{ locations { totalCount } }', { key });
      expect(headers.get('cache-control')).toContain('public');
      expect(headers.get('etag')).not.toBeNull();
      expect(headers.get('surrogate-key')).toMatch(/^org_\w+ org_\w+-locations$/);
    }
    expect(await metric(without.url, HITS)).toBe(0);
    expect(await metric(without.url, 'antiphon_answer_cache_entries')).toBe(0);
  } finally {
    await without.close();
  }
});
