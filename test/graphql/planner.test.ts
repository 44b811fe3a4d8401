import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DocumentNode, Kind, parse, Source } from 'graphql';
import { globSync, readFileSync } from 'node:fs';
import type { Noun } from '../../src/db/read/noun.ts';
import { columnType } from '../../src/db/read/noun.ts';
import { PreparedDocuments } from '../../src/graphql/admission/prepared-document.ts';
import { DEFAULT_DOCUMENT_LIMITS } from '../../src/graphql/admission/limits.ts';
import { planOf } from '../../src/graphql/plan/planner.ts';
import { nounsById } from '../../src/modules/nodes/nouns.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { seedApi } from '../testkit/seed.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
  await seedApi(api, { locations: 30, products: 5, reviews: 2_000 });
  await api.db.system('analyze');
});
afterAll(() => api.close());

function planningOf(text: string, variables = {}, operationName?: string) {
  const documents = new PreparedDocuments({ limits: DEFAULT_DOCUMENT_LIMITS, cacheBytes: 1e6 });
  return planOf(documents.operation(api.schemas.full, text, operationName), variables);
}

const PAGE = `query ($id: ID!) { location(id: $id) { name reviewSummary { count } reviews(first: 10) {
  nodes { id text author { name } responses { body } } } } }`;
const NESTED = `{ locations(first: 20) { nodes { name reviews(first: 5) { nodes { text responses { body } } } } } }`;
const INBOX = `query ($after: String) { reviews(first: 50, after: $after, filter: { sentiments: [NEGATIVE], awaitingResponse: true }) {
  nodes { id text location { name } } pageInfo { endCursor hasNextPage } } }`;

describe('what is planned', () => {
  it.each([
    ['a page', PAGE],
    ['lists in lists', NESTED],
    ['a connection with its cursors', INBOX],
    [
      'two lists of one parent',
      '{ products { nodes { a: reviews { totalCount } b: reviews { nodes { id } } } } }',
    ],
    ['several fields of Query', '{ __typename reviews { totalCount } locations { nodes { id } } }'],
  ])('%s', (_name, text) => {
    expect(planningOf(text)).toEqual({ plan: expect.anything() });
  });

  it.each([
    ['Query.viewer', '{ viewer { audience } }'],
    ['Query.node', '{ node(id: "x") { id } }'],
    ['mutation', 'mutation { draftResponse(input: { reviewId: "x", body: "y" }) { __typename } }'],
  ])('not %s, which has resolvers of its own', (declined, text) => {
    expect(planningOf(text)).toEqual({ declined });
  });

  it('every query of the storefront client but those about its key and of respondents', () => {
    const files = globSync('clients/storefront/documents/*.graphql');
    const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const declined = namesOf(parse(new Source(text))).filter(
      (name) => 'declined' in planningOf(text, {}, name),
    );
    expect(declined).toEqual(['GetInvitation', 'GetViewer', 'SubmitSurveyResponse']);
  });
});

function namesOf({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION && each.name ? [each.name.value] : [],
  );
}

describe('a plan', () => {
  it('is kept with its document, one for each outcome of its conditions', () => {
    const documents = new PreparedDocuments({ limits: DEFAULT_DOCUMENT_LIMITS, cacheBytes: 1e6 });
    const text = 'query ($yes: Boolean!) { reviews { nodes { id text @include(if: $yes) } } }';
    const operation = documents.operation(api.schemas.full, text, null);
    const one = planOf(operation, { yes: true });
    expect(planOf(operation, { yes: true })).toBe(one);
    expect(planOf(operation, { yes: false })).not.toBe(one);
  });

  it.each([
    [
      'a condition of null',
      'query ($yes: Boolean = true) { reviews { nodes { id @include(if: $yes) } } }',
    ],
    [
      'more counts than a statement should have',
      `{ locations { nodes { ${Array.from({ length: 30 }, (_, i) => `a${i}: reviews { totalCount }`).join(' ')} } } }`,
    ],
  ])('is not made of %s', (_name, text) => {
    planningOf(text, { yes: false });
    expect(planningOf(text, { yes: null })).toEqual({ declined: expect.any(String) });
  });

  it('leaves what is wrong to the resolvers, which say where', async () => {
    const before = api.answered.get('planner') ?? 0;
    const { data, errors } = await api.attempt(PAGE, { id: 'rev_01jx4k5v9re0tbq6x9a3m2f8ch' });
    expect(data).toEqual({ location: null });
    expect(errors).toMatchObject([{ path: ['location'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(api.answered.get('planner') ?? 0).toBe(before);
  });
});

describe('the statements', () => {
  it.each([
    ['of a page', PAGE, { id: 'loc_01jx4k5v9re0tbq6x9a3m2f8ch' }],
    ['of lists in lists', NESTED, {}],
    ['of an inbox', INBOX, { after: null }],
  ])('%s go to reviews and responses by their indexes', async (_name, text, variables) => {
    const [sql = ''] = await api.statements(() => api.attempt(text, variables));
    const scans = await scansOf(sql);
    expect(scans.filter(({ table }) => table === 'review')).toEqual([
      { table: 'review', by: expect.stringContaining('Index') },
    ]);
    expect(scans.map(({ table, by }) => `${by} of ${table}`)).not.toContain('Seq Scan of response');
  });

  /** As PostgreSQL runs a prepared statement whose arguments it does not look at. */
  async function scansOf(sql: string): Promise<{ table: string; by: string }[]> {
    const count = Math.max(...[...sql.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
    const nulls = Array.from({ length: count }, () => 'null').join(', ');
    const [row] = await api.db.unitOfWork(api.organizationId, async (uow) => {
      await uow.execute('set local plan_cache_mode = force_generic_plan');
      await uow.execute('set local enable_seqscan = on');
      await uow.execute(`prepare looked_at as ${sql}`);
      const plan = await uow.execute<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (format json) execute looked_at(${nulls})`,
      );
      await uow.execute('deallocate looked_at');
      return plan;
    });
    return row ? scansIn(row['QUERY PLAN'][0].Plan) : [];
  }
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

function scansIn(node: PlanNode): { table: string; by: string }[] {
  const below = (node.Plans ?? []).flatMap(scansIn);
  const table = node['Relation Name'];
  return table === undefined ? below : [{ table, by: node['Node Type'] }, ...below];
}

describe('the nouns', () => {
  it.each(Object.values(nounsById).map((noun: Noun) => [noun.declaration.type, noun] as const))(
    '%s declares its columns as the database has them',
    async (_type, noun) => {
      const { table, fields } = noun.declaration;
      const rows = await api.db.system<{ name: string; type: string }>(
        'select column_name as name, udt_name as type from information_schema.columns where table_name = $1',
        [table],
      );
      const known = new Map(rows.map(({ name, type }) => [name, type.replace(/^_(.*)/, '$1[]')]));
      for (const column of Object.values(fields).flatMap((field) => field.columns)) {
        const declared = columnType(noun, column);
        const actual = known.get(column);
        expect([column, actual === 'uuid' ? 'text' : actual]).toEqual([column, declared]);
      }
    },
  );
});
