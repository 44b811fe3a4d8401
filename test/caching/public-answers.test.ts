import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createKey, createOrganization } from '../../src/modules/accounts/index.ts';
import { revokeKey } from '../../src/modules/accounts/key.service.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';
import {
  ask,
  type Asking,
  dataOf,
  HITS,
  IMPORT_LOCATIONS,
  IMPORT_REVIEWS,
  metric,
  MISSES,
  PAGE,
  reviewOf,
  sha256,
} from './shop.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ ANTIPHON_PUBLIC_SHARED_MAX_AGE: '86400' });
  const locations = [
    { externalId: 'a', name: 'Harbour' },
    { externalId: 'b', name: 'Market' },
  ];
  await server.query(IMPORT_LOCATIONS, { input: { locations } });
  const reviews = [reviewOf('1', 'a', 'good soup'), reviewOf('2', 'b', 'good bread')];
  await server.query(IMPORT_REVIEWS, { input: { reviews } });
});

afterAll(async () => {
  await server.close();
});

const storefront = (query: string, asking: Partial<Asking> = {}) =>
  ask(server.url, query, { key: server.keys.storefront, ...asking });
const page = (externalId: string, asking: Partial<Asking> = {}) =>
  storefront(PAGE, { variables: { externalId }, ...asking });

/** Asks until it comes from memory, and gives that answer. */
async function hot(query: string, asking: Partial<Asking> = {}): Promise<Response> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const before = await metric(server.url, HITS);
    const response = await storefront(query, asking);
    if ((await metric(server.url, HITS)) > before) return response;
    await response.arrayBuffer();
  }
  throw new Error(`This never comes from memory: ${query}`);
}

describe('a public answer', () => {
  it('says how long it may be kept, by whom, and what it depends on', async () => {
    const { headers, status } = await page('a');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe(
      'public, max-age=10, s-maxage=86400, stale-while-revalidate=60',
    );
    expect(headers.get('vary')).toBe('Authorization, Antiphon-Organization, Accept, Origin');
    expect(headers.get('etag')).toMatch(/^W\/"[\w-]{22}"$/);
    const keys = headers.get('surrogate-key')?.split(' ') ?? [];
    expect(keys).toEqual([expect.stringMatching(/^org_/), expect.stringMatching(/^loc_/)]);
    expect(headers.get('cache-tag')).toBe(keys.join(','));
  });

  it('has no body for whoever has it already', async () => {
    const first = await page('a');
    const etag = first.headers.get('etag') ?? '';
    const again = await page('a', { headers: { 'if-none-match': `"other", ${etag}` } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    expect(again.headers.get('etag')).toBe(etag);
    expect(again.headers.get('cache-control')).toContain('public');
    const another = await page('a', { headers: { 'if-none-match': 'W/"other"' } });
    expect(another.status).toBe(200);
  });

  it('has another validator when it has changed', async () => {
    const before = (await page('b')).headers.get('etag');
    await server.query(IMPORT_REVIEWS, { input: { reviews: [reviewOf('3', 'b', 'more')] } });
    const after = await page('b', { headers: { 'if-none-match': before ?? '' } });
    expect(after.status).toBe(200);
    expect(after.headers.get('etag')).not.toBe(before);
  });

  it('is the same from memory, and costs the same', async () => {
    const query = '{ locations { nodes { name address { city } } } }';
    const first = await storefront(query);
    const fromMemory = await hot(query);
    expect(await fromMemory.text()).toBe(await first.text());
    for (const name of ['etag', 'surrogate-key', 'cache-control', 'vary', 'content-type']) {
      expect(fromMemory.headers.get(name)).toBe(first.headers.get(name));
    }
    const remaining = async () =>
      Number((await storefront(query)).headers.get('ratelimit-remaining'));
    const { extensions } = (await (await storefront(query)).json()) as {
      extensions: { cost: { requested: number } };
    };
    expect((await remaining()) - (await remaining())).toBe(extensions.cost.requested);
  });

  it('is in memory whatever the order of its variables, and the transport of its document', async () => {
    const query =
      'query ($a: String, $n: Int) { location(externalId: $a) { reviews(first: $n) { totalCount } } }';
    await hot(query, { variables: { a: 'a', n: 3 } });
    const before = await metric(server.url, HITS);
    await storefront(query, { variables: { n: 3, a: 'a' }, method: 'POST' });
    expect(await metric(server.url, HITS)).toBe(before + 1);
    await storefront(query, { variables: { n: 4, a: 'a' } });
    expect(await metric(server.url, HITS)).toBe(before + 1);
  });

  it('is sent as the media type that was asked for', async () => {
    await hot(PAGE, { variables: { externalId: 'a' } });
    const accept = 'application/graphql-response+json';
    const response = await page('a', { headers: { accept } });
    expect(response.headers.get('content-type')).toContain(accept);
  });
});

describe('no cache keeps', () => {
  const cases: [string, string, Partial<Asking>][] = [
    ['what is asked by POST', PAGE, { method: 'POST', variables: { externalId: 'a' } }],
    ['who is asking', '{ viewer { audience } }', {}],
    [
      'who is asking, beside something else',
      '{ locations { totalCount } viewer { audience } }',
      {},
    ],
    ['the schema', '{ __schema { queryType { name } } }', {}],
    ['errors', '{ location(id: "loc_x") { name } }', {}],
    ['what is refused', '{ nothing }', {}],
    [
      'how it was made',
      '',
      { parameters: { query: '{ locations { totalCount } }', extensions: { explain: true } } },
    ],
  ];
  it.each(cases)('%s', async (_what, query, asking) => {
    for (let i = 0; i < 3; i++) {
      const { headers } = await storefront(query, asking);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('etag')).toBeNull();
      expect(headers.get('surrogate-key')).toBeNull();
    }
  });

  it('what a secret key is told, though the same was public', async () => {
    await hot(PAGE, { variables: { externalId: 'a' } });
    const before = await metric(server.url, HITS);
    const { headers } = await page('a', { key: server.keys.integrator });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('etag')).toBeNull();
    expect(await metric(server.url, HITS)).toBe(before);
  });
});

describe('a key', () => {
  const newKey = (organizationId: string, origins: string[] | null = null) =>
    server.db.unitOfWork(organizationId, (uow) =>
      createKey(
        uow,
        { name: 'x', origins, memberId: null, expiresAt: null, kind: 'PUBLISHABLE', scopes: [] },
        'OPERATOR',
      ),
    );

  it('that was revoked gets nothing, though the answer is in memory', async () => {
    const { id, token } = await newKey(server.organizationId);
    await hot(PAGE, { variables: { externalId: 'a' } });
    expect((await page('a', { key: token })).status).toBe(200);
    await server.db.unitOfWork(server.organizationId, (uow) => revokeKey(uow, id));
    await until(
      'the revocation is heard of',
      async () => (await page('a', { key: token })).status === 401,
    );
    const { headers } = await page('a', { key: token });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('of another origin gets nothing, though the answer is in memory', async () => {
    const { token } = await newKey(server.organizationId, ['https://shop.example']);
    await hot(PAGE, { variables: { externalId: 'a' } });
    const foreign = await page('a', { key: token, headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
  });

  it('of another organization never gets the first one’s answer', async () => {
    const other = await createOrganization(server.db, { slug: 'other', name: 'Other' });
    const { token } = await newKey(other.id);
    await hot(PAGE, { variables: { externalId: 'a' } });
    for (let i = 0; i < 5; i++) {
      expect(await dataOf(await page('a', { key: token }))).toEqual({ location: null });
    }
    expect((await dataOf(await page('a'))).location.name).toBe('Harbour');
  });
});

describe('a document', () => {
  const text = 'query Names { locations { nodes { name } } }';
  const byId = { parameters: { documentId: `sha256:${sha256(text)}` } };
  const persisted = (query: string | undefined, hash: string) => ({
    parameters: {
      ...(query !== undefined && { query }),
      extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
    },
  });
  const errorOf = async (response: Response) =>
    ((await response.json()) as { errors: { message: string; extensions: { code: string } }[] })
      .errors[0];

  it('that nobody has sent is not known by its hash, in the words of persisted queries', async () => {
    for (const asking of [byId, persisted(undefined, sha256(text))]) {
      const response = await storefront('', asking);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await errorOf(response)).toMatchObject({
        message: 'PersistedQueryNotFound',
        extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
      });
    }
  });

  it('is not registered under another hash, nor where it is refused', async () => {
    const wrong = await storefront('', { ...persisted(text, sha256('other')), method: 'POST' });
    expect(wrong.status).toBe(400);
    expect(
      (await errorOf(await storefront('', persisted(undefined, sha256('other')))))?.message,
    ).toBe('PersistedQueryNotFound');
    const invalid = '{ nothing }';
    await storefront('', { ...persisted(invalid, sha256(invalid)), method: 'POST' });
    expect(
      (await errorOf(await storefront('', persisted(undefined, sha256(invalid)))))?.message,
    ).toBe('PersistedQueryNotFound');
  });

  it('is known by its hash once it was sent, by either name, without further headers', async () => {
    await dataOf(await storefront('', { ...persisted(text, sha256(text)), method: 'POST' }));
    const bare = { 'apollo-require-preflight': '' };
    for (const asking of [byId, persisted(undefined, sha256(text))]) {
      for (let i = 0; i < 3; i++) {
        const response = await storefront('', { ...asking, headers: bare });
        expect(response.headers.get('cache-control')).toContain('public');
        expect((await dataOf(response)).locations.nodes).toHaveLength(2);
      }
    }
    const post = await storefront('', { ...byId, method: 'POST' });
    expect((await dataOf(post)).locations.nodes).toHaveLength(2);
  });

  it('takes variables beside its hash', async () => {
    await dataOf(
      await storefront('', {
        method: 'POST',
        parameters: {
          query: PAGE,
          variables: { externalId: 'a' },
          extensions: { persistedQuery: { version: 1, sha256Hash: sha256(PAGE) } },
        },
      }),
    );
    const parameters = { documentId: `sha256:${sha256(PAGE)}`, variables: { externalId: 'b' } };
    expect((await dataOf(await storefront('', { parameters }))).location.name).toBe('Market');
  });

  it('that writes is never run by a link', async () => {
    const mutation = `mutation { importLocations(input: { locations: [{ externalId: "forged", name: "F" }] }) { created } }`;
    const key = server.keys.integrator;
    const sent = await storefront('', {
      ...persisted(mutation, sha256(mutation)),
      key,
      method: 'POST',
    });
    expect((await dataOf(sent)).importLocations.created).toBe(1);
    const link = await storefront('', {
      parameters: { documentId: `sha256:${sha256(mutation)}` },
      key,
    });
    expect(link.status).toBe(405);
  });

  it('of a link’s own choice needs a header that a preflight has allowed, also from memory', async () => {
    await hot(PAGE, { variables: { externalId: 'a' } });
    const forged = await page('a', { headers: { 'apollo-require-preflight': '' } });
    expect(forged.status).toBe(400);
  });

  it('cannot be named by what is no hash', async () => {
    const response = await storefront('', { parameters: { documentId: 'Names' } });
    expect(response.status).toBe(400);
  });
});

describe('the metrics', () => {
  it('count hits, misses, entries and bytes', async () => {
    await hot(PAGE, { variables: { externalId: 'a' } });
    expect(await metric(server.url, HITS)).toBeGreaterThan(0);
    expect(await metric(server.url, MISSES)).toBeGreaterThan(0);
    expect(await metric(server.url, 'antiphon_answer_cache_entries')).toBeGreaterThan(0);
    expect(await metric(server.url, 'antiphon_answer_cache_bytes')).toBeGreaterThan(0);
  });
});
