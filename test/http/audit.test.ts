import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer();
});

afterAll(async () => {
  await server.close();
});

/** Every request needs a key; and a GET has to show that it comes from no form or link. */
const audits = serverAudits({
  url: () => `${server.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${KEYS.secret}`);
    if (init.method !== 'POST') headers.set('apollo-require-preflight', 'true');
    return fetch(url, { ...init, headers });
  },
});

describe('GraphQL over HTTP', () => {
  it('is audited', () => {
    expect(audits.length).toBeGreaterThan(50);
  });

  it.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))(
    '%s: %s',
    async (_id, _name, fn) => {
      const result = await fn();
      expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok');
    },
  );
});
