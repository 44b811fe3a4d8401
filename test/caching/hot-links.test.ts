import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createKey, createOrganization } from '../../src/modules/accounts/index.ts';
import { revokeKey } from '../../src/modules/accounts/key.service.ts';
import type { Data } from '../testkit/api.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';
import {
  ask,
  HITS,
  IMPORT_LOCATIONS,
  IMPORT_REVIEWS,
  metric,
  PAGE,
  reviewOf,
  sha256,
} from './shop.ts';

const POINTS = 20_000;
const SHOP = 'https://shop.example';

let server: TestServer;
/** The only connection: what a request brings is compared with what the one before it brought. */
let agent: Agent;

beforeAll(async () => {
  server = await startTestServer({ ANTIPHON_RATE_LIMIT_COST: String(POINTS) });
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await server.query(IMPORT_LOCATIONS, {
    input: { locations: [{ externalId: 'a', name: 'Harbour' }] },
  });
  await server.query(IMPORT_REVIEWS, { input: { reviews: [reviewOf('1', 'a', 'good soup')] } });
  const persistedQuery = { version: 1, sha256Hash: sha256(PAGE) };
  const parameters = {
    query: PAGE,
    variables: { externalId: 'a' },
    extensions: { persistedQuery },
  };
  await ask(server.url, PAGE, { key: server.keys.storefront, method: 'POST', parameters });
});

afterAll(async () => {
  agent.destroy();
  await server.close();
});

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Data;
  /** Whether it came over the connection of the request before. */
  readonly isReused: boolean;
}

/** Follows the link to the page of the location. */
function follow(key: string | null, headers: Record<string, string> = {}): Promise<Answered> {
  const link = new URLSearchParams({
    documentId: `sha256:${sha256(PAGE)}`,
    variables: JSON.stringify({ externalId: 'a' }),
  });
  const authorized = key === null ? {} : { authorization: `Bearer ${key}` };
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}/graphql?${link.toString()}`,
      { agent, headers: { ...authorized, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            body: text === '' ? null : JSON.parse(text),
            isReused: sent.reusedSocket,
          });
        });
      },
    );
    sent.on('error', reject).end();
  });
}

/** Follows it until its answer comes from memory twice in a row on one connection. */
async function heat(key = server.keys.storefront): Promise<Answered> {
  let inARow = 0;
  for (let attempt = 0; attempt < 20; attempt++) {
    const before = await metric(server.url, HITS);
    const answer = await follow(key);
    inARow = (await metric(server.url, HITS)) > before && answer.isReused ? inARow + 1 : 0;
    if (inARow === 2) return answer;
  }
  throw new Error('The link never becomes hot.');
}

function newKey(organizationId = server.organizationId, origins: string[] | null = null) {
  const key = { name: 'x', origins, memberId: null, expiresAt: null, scopes: [] };
  return server.db.unitOfWork(organizationId, (uow) =>
    createKey(uow, { ...key, kind: 'PUBLISHABLE' }, 'OPERATOR'),
  );
}

describe('a hot link', () => {
  it('answers as it did when it was cold', async () => {
    const cold = await ask(server.url, PAGE, {
      key: server.keys.storefront,
      variables: { externalId: 'a' },
    });
    const { status, headers, body } = await heat();
    expect(status).toBe(200);
    expect(body).toEqual(await cold.json());
    const changing = new Set(['date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset']);
    const kept = ['connection', 'keep-alive'];
    const expected = [...cold.headers].filter(([name]) => !changing.has(name));
    expect(Object.entries(headers).filter(([name]) => !changing.has(name))).toEqual(
      expect.arrayContaining(expected.filter(([name]) => !kept.includes(name))),
    );
  });

  it('is paid for, and refused to a key that has nothing left', async () => {
    const { token } = await newKey();
    const first = await heat(token);
    const cost = first.body.extensions.cost.requested as number;
    const second = await follow(token);
    expect(Number(first.headers['ratelimit-remaining'])).toBe(
      Number(second.headers['ratelimit-remaining']) + cost,
    );
    let last = second;
    for (let i = 0; i < POINTS / cost && last.status === 200; i++) last = await follow(token);
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(last.body.errors[0].extensions.code).toBe('RATE_LIMITED');
    expect((await follow(server.keys.storefront)).status).toBe(200);
  });

  it('is closed on the same connection to whoever brings no good key', async () => {
    await heat();
    expect(await follow(null)).toMatchObject({ status: 401, isReused: true });
    expect(await follow('ant_pub_nothing')).toMatchObject({ status: 401, isReused: true });
    expect(await follow(server.keys.storefront)).toMatchObject({ status: 200, isReused: true });
    const organization = { 'antiphon-organization': 'elsewhere' };
    expect((await follow(server.keys.storefront, organization)).status).toBe(403);
  });

  it('is closed on the same connection to a key that has been revoked', async () => {
    const { id, token } = await newKey();
    await heat(token);
    await server.db.unitOfWork(server.organizationId, (uow) => revokeKey(uow, id));
    await until('the revocation is heard of', async () => (await follow(token)).status === 401);
    expect(await follow(token)).toMatchObject({ status: 401, isReused: true });
  });

  it('says whose pages may read it, and is closed to others', async () => {
    const { token } = await newKey(server.organizationId, [SHOP]);
    await heat(token);
    const own = await follow(token, { origin: SHOP });
    expect(own).toMatchObject({ status: 200, isReused: true });
    expect(own.headers['access-control-allow-origin']).toBe(SHOP);
    const other = await follow(token, { origin: 'https://evil.example' });
    expect(other).toMatchObject({ status: 403, isReused: true });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('answers each organization with its own, on one connection', async () => {
    const other = await createOrganization(server.db, { slug: 'other', name: 'Other' });
    const { token } = await newKey(other.id);
    await heat();
    for (let i = 0; i < 5; i++) {
      expect((await follow(token)).body.data).toEqual({ location: null });
      expect((await follow(server.keys.storefront)).body.data.location.name).toBe('Harbour');
    }
  });

  it('answers in the type that is asked for, or not at all', async () => {
    await heat();
    const accept = 'application/graphql-response+json';
    const typed = await follow(server.keys.storefront, { accept });
    expect(typed.headers['content-type']).toContain(accept);
    const none = await follow(server.keys.storefront, { accept: 'text/html' });
    expect(none.status).toBe(406);
  });

  it('tells whoever has the answer that it still holds, and what has changed', async () => {
    const { headers } = await heat();
    const known = { 'if-none-match': headers['etag'] as string };
    expect(await follow(server.keys.storefront, known)).toMatchObject({ status: 304, body: null });
    await server.query(IMPORT_REVIEWS, { input: { reviews: [reviewOf('2', 'a', 'new')] } });
    const changed = await follow(server.keys.storefront, known);
    expect(changed.status).toBe(200);
    expect(changed.body.data.location.reviews.nodes).toHaveLength(2);
  });
});
