import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { type Answer, bearer, codesOf, http, TRANSPORTS } from './transports.ts';

const HUNDRED = '{ things(first: 99) { nodes { id } } }';

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer({
    rateLimit: { points: 250, seconds: 60 },
    limits: { failedAuthentications: { count: 3, seconds: 60 } },
  });
});

afterAll(async () => {
  await server.close();
});

/** A key whose points nobody has spent yet. */
function newKey(): string {
  const caller = server.callers.get(KEYS.secret);
  if (!caller) throw new Error('no caller');
  const token = `ant_sec_${server.callers.size}`;
  server.callers.set(token, { ...caller, keyId: token });
  return token;
}

const send = (key: string, query: string) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { ...bearer(key), 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

describe.each(TRANSPORTS)('over $name', (transport) => {
  it('a key pays the cost of what it asks, until its points are used up', async () => {
    const key = newKey();
    const other = newKey();
    const answers: Answer[] = [];
    for (let i = 0; i < 4; i++) answers.push(await transport.run(server, key, { query: HUNDRED }));
    expect(answers.map(codesOf)).toEqual([[], [], ['RATE_LIMITED'], ['RATE_LIMITED']]);
    const { retryAfter } = answers[2]?.errors?.[0]?.extensions ?? {};
    expect(retryAfter).toBeGreaterThan(50);
    expect(retryAfter).toBeLessThanOrEqual(60);
    const cheap = await transport.run(server, other, { query: '{ hello }' });
    expect(cheap.data).toEqual({ hello: 'Hello world' });
  });

  it('a document that is refused is paid for, too', async () => {
    const key = newKey();
    const codes: unknown[] = [];
    for (let i = 0; i < 27; i++) {
      codes.push(...codesOf(await transport.run(server, key, { query: '{ nothing }' })));
    }
    expect(codes.slice(0, 25)).toEqual(
      Array.from({ length: 25 }, () => 'GRAPHQL_VALIDATION_FAILED'),
    );
    expect(codes.slice(25)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });
});

describe('over http', () => {
  it('headers say what is left, after the cost and what it took to read the document', async () => {
    const key = newKey();
    const response = await send(key, '{ things(first: 99) { nodes { id name } } }');
    expect(response.headers.get('ratelimit-limit')).toBe('250');
    expect(response.headers.get('ratelimit-remaining')).toBe('145');
    expect(Number(response.headers.get('ratelimit-reset'))).toBeGreaterThan(50);
  });

  it('a refusal is a 429 that says when to come back', async () => {
    const key = newKey();
    await send(key, HUNDRED);
    await send(key, HUNDRED);
    const response = await send(key, HUNDRED);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(50);
  });
});

describe('an address that brings bad keys', () => {
  it('has to wait, but not who came from there with a good one', async () => {
    const good = newKey();
    await send(good, '{ hello }');
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++)
      statuses.push((await send(`ant_sec_guess${i}`, '{ hello }')).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const asked = server.asked.count;
    expect((await send('ant_sec_guess5', '{ hello }')).status).toBe(429);
    expect(server.asked.count).toBe(asked);
    expect((await http.run(server, good, { query: '{ hello }' })).data).toBeTruthy();
  });
});
