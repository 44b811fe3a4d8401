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

  it('of keys read a page, however many there are', async () => {
    const tenant = await createOrganization(db, { slug: 'busy' });
    const { token: admin } = await makeKey(db, tenant, { scopes: ['keys:manage'] });
    await db.system(
      `insert into api_key (organization_id, id, kind, name, prefix, hash, scopes, created_at)
       select $1, gen_random_uuid(), 'SECRET', 'key ' || i, 'ant_', sha256(i::text::bytea), '{}',
         now() - i * interval '1 minute'
       from generate_series(1, 2000) i`,
      [tenant],
    );
    await db.system('analyze api_key');
    const statements: string[] = [];
    const stop = db.observe((sql) => void statements.push(sql));
    await graph.ask(admin, '{ apiKeys(first: 10) { nodes { name } } }');
    stop();
    const page = statements.find((sql) => sql.includes('limit 11')) ?? '';
    const rows = await db.system<Record<string, string>>(`explain ${page}`, [tenant]);
    const plan = rows.map((row) => Object.values(row)[0]).join('\n');
    expect(plan).toContain('using api_key_newest on api_key');
    expect(plan).not.toContain('Sort');
  });

  it('of members go by address', async () => {
    const { members } = await graph.ask(
      graph.admin,
      '{ members(first: 1) { nodes { email issuer } } }',
    );
    expect(members.nodes).toEqual([{ email: 'admin@example.org', issuer: null }]);
  });
});
