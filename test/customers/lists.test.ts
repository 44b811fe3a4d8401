import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callerOf, openTestApi, type TestApi } from '../testkit/api.ts';
import { type Answer, Answers } from './answers.ts';
import { importCustomers } from './customers-kit.ts';

let api: TestApi;

/** Whose answers, and what else is known of them. */
const PEOPLE: [string, Answer[], object?][] = [
  ['promoter', ['nP'], { name: 'Zoë Ångström', email: 'zoe.angstrom@example.org' }],
  ['passive', ['nA'], { name: 'ann lee' }],
  ['detractor', ['nD'], { name: "Liam O'Hara", signedUpAt: '2025-02-01T00:00:00Z' }],
  ['at-risk', ['nD', 'c-', 'c-', 'c-'], { name: 'Ann Lee', email: 'ANN@example.com' }],
  ['advocate', ['nP', 'c+'], { name: 'Жанна', signedUpAt: '2025-03-01T00:00:00Z' }],
  ['churned', ['nD'], { churnedAt: '2025-03-01T00:00:00Z' }],
  ['silent', [], { churnedAt: '2025-03-02T00:00:00Z', name: '花子 山田' }],
  ['new', []],
];

beforeAll(async () => {
  api = await openTestApi();
  const answers = new Answers(api);
  for (const [externalId, given, more] of PEOPLE) {
    const { results } = await importCustomers(api, [{ externalId, ...more }]);
    await answers.give(
      results[0].customer.id,
      given.map((answer, at) => [answer, at + 1]),
    );
  }
});
afterAll(() => api.close());

async function found(filter: object | null, orderBy = 'OLDEST'): Promise<string[]> {
  const { customers } = await api.run(
    `query ($filter: CustomerFilter, $orderBy: CustomerOrder) {
      customers(filter: $filter, orderBy: $orderBy) { totalCount nodes { externalId } }
    }`,
    { filter, orderBy },
  );
  const names = customers.nodes.map((node: { externalId: string }) => node.externalId);
  expect(customers.totalCount).toBe(names.length);
  return names;
}

describe('customers', () => {
  it.each([
    ['PROMOTER', ['promoter', 'advocate']],
    ['PASSIVE', ['passive']],
    ['DETRACTOR', ['detractor', 'at-risk', 'churned']],
    ['AT_RISK', ['at-risk']],
    ['ADVOCATE', ['advocate']],
    ['SILENT_CHURN', ['silent']],
  ])('are in the segment %s by their answers', async (segment, expected) => {
    expect(await found({ segments: [segment] })).toEqual(expected);
  });

  it('are in any of several segments, and in none of no segment', async () => {
    expect(await found({ segments: ['PASSIVE', 'SILENT_CHURN', 'AT_RISK'] })).toEqual([
      'passive',
      'at-risk',
      'silent',
    ]);
    expect(await found({ segments: [] })).toEqual([]);
    expect(await found({ segments: ['DETRACTOR'], churned: false })).toEqual([
      'detractor',
      'at-risk',
    ]);
  });

  it('are found by what is known of them', async () => {
    expect(await found({ churned: true })).toEqual(['churned', 'silent']);
    expect(await found({ email: ' ann@EXAMPLE.com ' })).toEqual(['at-risk']);
    expect(await found({ externalIds: ['new', 'silent', 'nobody'] })).toEqual(['silent', 'new']);
    expect(await found({ externalIds: [] })).toEqual([]);
    expect(await found({ signedUpAfter: '2025-02-01T00:00:00Z' })).toEqual([
      'detractor',
      'advocate',
    ]);
    expect(await found({ signedUpBefore: '2025-03-01T00:00:00Z' })).toEqual(['detractor']);
  });

  it.each([
    ['ann', ['passive', 'at-risk']],
    ['lee ANN', ['passive', 'at-risk']],
    ['ann exam', ['at-risk']],
    ['angs', ['promoter']],
    ['Ångst', ['promoter']],
    ["o'hara", ['detractor']],
    ['жан', ['advocate']],
    ['山田', ['silent']],
    ['at-risk', ['at-risk']],
    ['nn', []],
    ["'; drop table customer; --", []],
    ['!!', []],
  ])('are found by the beginnings of words: %s', async (text, expected) => {
    expect(await found({ text })).toEqual(expected);
  });

  it('stand in the order that is asked for, those without a name at its start', async () => {
    const all = PEOPLE.map(([externalId]) => externalId);
    expect(await found(null, 'OLDEST')).toEqual(all);
    expect(await found(null, 'NEWEST')).toEqual(all.toReversed());
    const named = await found(null, 'NAME');
    expect(named.slice(0, 2).sort()).toEqual(['churned', 'new']);
    expect(await found(null, 'NAME_DESC')).toEqual(named.toReversed());
  });

  it.each(['NEWEST', 'OLDEST', 'NAME', 'NAME_DESC'])(
    'come page by page, each once: %s',
    async (orderBy) => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { customers } = await api.run(
          `query ($after: String, $orderBy: CustomerOrder) {
            customers(first: 3, after: $after, orderBy: $orderBy) {
              nodes { externalId } pageInfo { hasNextPage endCursor }
            }
          }`,
          { after, orderBy },
        );
        seen.push(...customers.nodes.map((node: { externalId: string }) => node.externalId));
        after = customers.pageInfo.hasNextPage ? customers.pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).toEqual(await found(null, orderBy));
    },
  );

  it('do not exist for a storefront', async () => {
    const storefront = callerOf(api.organizationId, 'STOREFRONT');
    for (const query of [
      '{ customers { totalCount } }',
      '{ customer(externalId: "new") { id } }',
      '{ auditEntries { totalCount } }',
    ]) {
      const { data, errors } = await api.attempt(query, {}, storefront);
      expect({ data, code: errors[0]?.extensions.code }).toEqual({
        data: null,
        code: 'GRAPHQL_VALIDATION_FAILED',
      });
    }
    const { customer } = await api.run('{ customer(externalId: "new") { id } }');
    const { data } = await api.attempt(
      'query ($id: ID!) { node(id: $id) { id } }',
      { id: customer.id },
      storefront,
    );
    expect(data).toEqual({ node: null });
  });
});

describe('with two thousand customers', () => {
  beforeAll(async () => {
    await api.db.system(
      `insert into customer (organization_id, id, external_id, name, email, locale, time_zone, created_at,
         updated_at, churned_at, feedback_count, nps_segment, at_risk, advocate)
       select $1, gen_random_uuid(), 'bulk-' || i, 'Name ' || i, 'mail-' || i || '@example.org', 'en', 'UTC',
         now() - i * interval '1 minute', now(), case when i % 50 = 0 then now() end, i % 2,
         (array['PROMOTER', 'PASSIVE', 'DETRACTOR'])[1 + i % 3], i % 100 = 1, i % 100 = 2
       from generate_series(1, 2000) i`,
      [api.organizationId],
    );
    await api.db.system('analyze customer');
  });

  it.each([
    ['segments: [PROMOTER]', 'customer_nps_segment'],
    ['segments: [AT_RISK]', 'customer_at_risk'],
    ['segments: [ADVOCATE]', 'customer_advocate'],
    ['segments: [SILENT_CHURN]', 'customer_silent_churn'],
  ])('a page of %s is read from its index, in order', async (filter, index) => {
    const [sql = ''] = await api.statements(() =>
      api.run(`{ customers(first: 10, filter: { ${filter} }) { nodes { name } } }`),
    );
    const rows = await api.db.system<Record<string, string>>(`explain ${sql}`, [
      api.organizationId,
    ]);
    const plan = rows.map((row) => Object.values(row)[0]).join('\n');
    expect(plan).toContain(`using ${index} on customer`);
  });
});
