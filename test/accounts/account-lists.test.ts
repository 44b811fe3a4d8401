import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { createOrganization } from '../testkit/database.ts';
import { openAccountsGraph } from './accounts-graph.ts';
import type { AccountsGraph } from './accounts-graph.ts';
import { closeAuthenticators, makeKey, makeMember, statementsOf } from './accounts-kit.ts';

let graph: AccountsGraph;
let db: Database;

beforeAll(async () => {
  graph = await openAccountsGraph();
  ({ db } = graph);
});
afterEach(closeAuthenticators);
afterAll(() => graph.close());

describe('lists', () => {
  it('of keys page through all of them, with as many statements for many as for few', async () => {
    const tenant = await createOrganization(db, { slug: 'many' });
    const memberId = await makeMember(db, tenant, { role: 'ADMIN' });
    const { token: admin } = await makeKey(db, tenant, {
      scopes: ['keys:manage', 'organization:read'],
      memberId,
    });
    const document = `query ($first: Int, $after: String) { apiKeys(first: $first, after: $after) {
      totalCount nodes { name prefix member { email } } pageInfo { hasNextPage endCursor } } }`;
    const few = await statementsOf(db, () => graph.ask(admin, document, { first: 100 }));
    for (let i = 0; i < 30; i++) await makeKey(db, tenant, { name: `key ${i}`, memberId });
    expect(await statementsOf(db, () => graph.ask(admin, document, { first: 100 }))).toBe(few);
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { apiKeys } = await graph.ask(admin, document, { first: 7, after });
      expect(apiKeys.totalCount).toBe(31);
      for (const { name } of apiKeys.nodes) names.push(name);
      after = apiKeys.pageInfo.hasNextPage ? apiKeys.pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual([...Array.from({ length: 30 }, (_, i) => `key ${29 - i}`), 'test']);
  });

  it('of members go by address', async () => {
    const { members } = await graph.ask(
      graph.admin,
      '{ members(first: 1) { nodes { email issuer } } }',
    );
    expect(members.nodes).toEqual([{ email: 'admin@example.org', issuer: null }]);
  });
});
