import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { SCOPES } from '../../src/graphql/caller.ts';
import { createKey } from '../../src/modules/accounts/index.ts';
import type { Data } from '../testkit/api.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { Answers } from './answers.ts';

const DOCUMENT = `subscription ($after: String) {
  customerAtRisk(after: $after) { cursor occurredAt customer { externalId risk } }
}`;

let server: TestServer;
let answers: Answers;

beforeAll(async () => {
  server = await startTestServer();
  answers = new Answers(server);
});
afterAll(() => server.close());

function follow(after: string | null, key = server.keys.integrator) {
  const client = createClient({
    url: server.streamUrl,
    retryAttempts: 0,
    headers: { authorization: `Bearer ${key}` },
  });
  return client.iterate({ query: DOCUMENT, variables: { after } });
}

async function unhappy(externalId: string): Promise<void> {
  const { importCustomers } = await server.query(
    `mutation ($input: ImportCustomersInput!) {
      importCustomers(input: $input) { results { customer { id } } }
    }`,
    { input: { customers: [{ externalId }] } },
  );
  const { id } = importCustomers.results[0].customer;
  await answers.give(id, [
    ['nD', 1],
    ['c-', 2],
    ['c-', 3],
    ['c-', 4],
  ]);
}

async function next(events: AsyncIterator<unknown>): Promise<Data> {
  const { value } = await events.next();
  const { data, errors } = value as { data?: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.customerAtRisk;
}

it('a follower is told of a risk within a second, and goes on from its cursor', async () => {
  const { feedPosition } = await server.query('{ feedPosition }');
  const live = follow(feedPosition);
  const first = next(live);
  await unhappy('one');
  const since = Date.now();
  const event = await first;
  expect(Date.now() - since).toBeLessThan(1_000);
  expect(event.customer).toEqual({ externalId: 'one', risk: 'AT_RISK' });
  await live.return?.();

  await unhappy('two');
  const resumed = follow(event.cursor);
  expect((await next(resumed)).customer.externalId).toBe('two');
  await resumed.return?.();

  // Who was erased since is told of no more.
  await server.query(
    'mutation { eraseCustomer(input: { customerExternalId: "one" }) { erasedCustomerId } }',
  );
  const fromTheStart = follow(feedPosition);
  expect((await next(fromTheStart)).customer.externalId).toBe('two');
  await fromTheStart.return?.();
}, 20_000);

it('a key without customers:read is refused, since it would see who it is', async () => {
  const scopes = SCOPES.filter((scope) => scope !== 'customers:read');
  const key = await server.db.unitOfWork(server.organizationId, (uow) =>
    createKey(
      uow,
      { kind: 'SECRET', name: 'k', scopes, origins: null, memberId: null, expiresAt: null },
      'OPERATOR',
    ),
  );
  const events = follow(null, key.token);
  await expect(next(events)).rejects.toThrow('403');
});
