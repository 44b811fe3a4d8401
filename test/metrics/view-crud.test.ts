import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/graphql/ids.ts';
import { newId } from '../../src/db/new-id.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const VIEW = `id key name description visualisation
  goals { measure atLeast atMost value met }
  query { measures dimensions filter { locationExternalIds sources } granularity compare
    range { from to current last { count unit } } }`;
const ERRORS =
  'userErrors { __typename code message path ... on InvalidValueError { allowed } ... on LimitExceededError { limit } }';
const CREATE = `mutation ($input: CreateMetricViewInput!) { createMetricView(input: $input) { metricView { ${VIEW} } ${ERRORS} } }`;
const UPDATE = `mutation ($input: UpdateMetricViewInput!) { updateMetricView(input: $input) { metricView { ${VIEW} } ${ERRORS} } }`;
const DELETE = `mutation ($input: DeleteMetricViewInput!) { deleteMetricView(input: $input) { deletedId ${ERRORS} } }`;

const QUERY = { measures: ['REVIEW_COUNT'], range: { last: { count: 7, unit: 'DAY' } } };
let made = 0;
const input = (parts: object = {}) => ({
  key: `view-${++made}`,
  name: 'A view',
  query: QUERY,
  ...parts,
});

async function create(parts: object = {}): Promise<Data> {
  return (await api.run(CREATE, { input: input(parts) })).createMetricView;
}
async function update(parts: object): Promise<Data> {
  return (await api.run(UPDATE, { input: parts })).updateMetricView;
}
async function remove(parts: object): Promise<Data> {
  return (await api.run(DELETE, { input: parts })).deleteMetricView;
}

describe('an organization', () => {
  it('begins with five views, each of which can be asked', async () => {
    const organizationId = await api.organization('begins');
    const caller = callerOf(organizationId, 'MEMBER');
    const { metricViews } = await api.run(
      `{ metricViews { totalCount nodes { key visualisation goals { measure met } result { feedPosition rows { bucket values { measure value n previous } } } } } }`,
      {},
      caller,
    );
    const keys = metricViews.nodes.map(({ key }: Data) => key);
    expect(keys.sort()).toEqual([
      'customer-feedback',
      'location-ranking',
      'overview',
      'response-performance',
      'trend',
    ]);
    const overview = metricViews.nodes.find(({ key }: Data) => key === 'overview');
    expect(overview.result.rows).toHaveLength(30);
    expect(overview.result.rows[0].values.map(({ measure }: Data) => measure)).toEqual([
      'REVIEW_COUNT',
      'REVIEW_AVERAGE_SCORE',
      'RESPONSE_RATE',
    ]);
  });

  it('gets what it has deleted of them no second time', async () => {
    const organizationId = await api.organization('deletes');
    const caller = callerOf(organizationId, 'MEMBER');
    const { metricView } = await api.run('{ metricView(key: "trend") { id } }', {}, caller);
    await api.run(DELETE, { input: { id: metricView.id } }, caller);
    // Whatever makes sure that they are there runs before each write.
    await api.run(CREATE, { input: input() }, caller);
    const after = await api.run('{ metricView(key: "trend") { id } }', {}, caller);
    expect(after.metricView).toBeNull();
  });
});

describe('a view', () => {
  it('is created with all that it says, and found by id, key and node', async () => {
    const query = {
      measures: ['RESPONSE_RATE', 'REVIEW_COUNT'],
      dimensions: ['SOURCE'],
      filter: { locationExternalIds: ['ams-1'], sources: ['GOOGLE'] },
      range: { from: '2026-01-01', to: '2026-03-31' },
      granularity: 'MONTH',
      compare: true,
    };
    const goals = [
      { measure: 'RESPONSE_RATE_NEGATIVE', atLeast: 1 },
      { measure: 'RESPONSE_TIME_P90', atMost: 86_400 },
    ];
    const given = { key: 'all-of-it', name: ' Mine ', description: 'Why', visualisation: 'BAR' };
    const { metricView, userErrors } = await create({ ...given, goals, query });
    expect(userErrors).toEqual([]);
    expect(metricView).toEqual({
      ...given,
      name: 'Mine',
      id: expect.stringMatching(/^mv_[0-9a-z]{26}$/),
      goals: [
        { ...goals[0], atMost: null, value: null, met: null },
        { ...goals[1], atLeast: null, value: null, met: null },
      ],
      query: { ...query, range: { ...query.range, last: null, current: null } },
    });
    const found = await api.run(
      `query ($id: ID!) { byId: metricView(id: $id) { ${VIEW} } byKey: metricView(key: "all-of-it") { ${VIEW} } node(id: $id) { ... on MetricView { ${VIEW} } } }`,
      { id: metricView.id },
    );
    expect(found).toEqual({ byId: metricView, byKey: metricView, node: metricView });
  });

  it('asks what `metrics` is asked with its query', async () => {
    const { metricView } = await create({
      query: {
        ...QUERY,
        range: { from: '2025-12-30', to: '2026-01-02' },
        granularity: 'DAY',
      },
    });
    const ROWS = 'rows { bucket values { measure value n } }';
    const { view, metrics } = await api.run(
      `query ($id: ID!, $query: MetricQuery!) { view: metricView(id: $id) { result { ${ROWS} } } metrics(query: $query) { ${ROWS} } }`,
      { id: metricView.id, query: metricView.query },
    );
    expect(view.result).toEqual(metrics);
    expect(metrics.rows.map(({ bucket }: Data) => bucket)).toEqual([
      '2025-12-30',
      '2025-12-31',
      '2026-01-01',
      '2026-01-02',
    ]);
  });

  it('is changed in what is given, and in nothing else', async () => {
    const { metricView: before } = await create({
      description: 'Old',
      goals: [{ measure: 'RESPONSE_RATE', atLeast: 0.5 }],
    });
    const first = await update({ id: before.id, name: 'New' });
    expect(first).toEqual({ metricView: { ...before, name: 'New' }, userErrors: [] });
    const key = `${before.key}-renamed`;
    const second = await update({ id: before.id, key, description: null, goals: [] });
    expect(second.metricView).toEqual({
      ...before,
      name: 'New',
      key,
      description: null,
      goals: [],
    });
  });

  it('is deleted once', async () => {
    const { metricView } = await create();
    expect(await remove({ id: metricView.id })).toEqual({
      deletedId: metricView.id,
      userErrors: [],
    });
    const again = await remove({ id: metricView.id });
    expect(again).toMatchObject({ deletedId: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const { node } = await api.run('query ($id: ID!) { node(id: $id) { id } }', metricView);
    expect(node).toBeNull();
  });

  it('is created once for one idempotency key', async () => {
    const parts = input({ idempotencyKey: 'once' });
    const [one, two] = [
      await api.run(CREATE, { input: parts }),
      await api.run(CREATE, { input: parts }),
    ];
    expect(two).toEqual(one);
    const other = await api.run(CREATE, { input: { ...parts, name: 'Another' } });
    expect(other.createMetricView.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('tells the feed of each change', async () => {
    const { metricView } = await create();
    await update({ id: metricView.id, name: 'Other' });
    await remove({ id: metricView.id });
    const events = await api.db.read(
      api.organizationId,
      `select kind, metric_view_id is not null as named from feed_event
       where organization_id = $1 order by seq desc limit 3`,
    );
    expect(events).toEqual([
      { kind: 'METRIC_VIEW_DELETED', named: true },
      { kind: 'METRIC_VIEW_UPDATED', named: true },
      { kind: 'METRIC_VIEW_CREATED', named: true },
    ]);
  });
});

describe('a goal', () => {
  it('is judged over the whole range of the view', async () => {
    const organizationId = await api.organization('goals');
    const caller = callerOf(organizationId, 'MEMBER');
    const day = new Date().toISOString();
    const review = (n: number, rating: number, response?: object) => ({
      source: 'GOOGLE',
      externalId: `goal-${n}`,
      rating,
      authoredAt: day,
      ...(response && { response }),
    });
    const reviews = [
      review(1, 5, { body: 'Thanks', publishedAt: day }),
      review(2, 5),
      review(3, 1),
      review(4, 1),
    ];
    await api.run(
      'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { created } }',
      { input: { reviews } },
      caller,
    );
    const goals = [
      { measure: 'RESPONSE_RATE', atLeast: 0.25 },
      { measure: 'RESPONSE_RATE', atLeast: 0.26 },
      { measure: 'REVIEW_COUNT', atMost: 3 },
      { measure: 'RESPONSE_RATE_NEGATIVE', atLeast: 0 },
    ];
    const parts = input({ goals, query: { ...QUERY, granularity: 'DAY' } });
    const { createMetricView } = await api.run(CREATE, { input: parts }, caller);
    expect(createMetricView.metricView.goals).toMatchObject([
      { value: 0.25, met: true },
      { value: 0.25, met: false },
      { value: 4, met: false },
      { value: 0, met: true },
    ]);
  });
});

describe('bad input', () => {
  it.each([
    ['a key with a space', { key: 'My view' }, ['key'], 'INVALID_VALUE'],
    ['a key too long', { key: 'x'.repeat(64) }, ['key'], 'INVALID_VALUE'],
    ['a key that is taken', { key: 'overview' }, ['key'], 'ALREADY_EXISTS'],
    ['an empty name', { name: ' ' }, ['name'], 'INVALID_VALUE'],
    ['a name too long', { name: 'x'.repeat(201) }, ['name'], 'LIMIT_EXCEEDED'],
    [
      'a description too long',
      { description: 'x'.repeat(2001) },
      ['description'],
      'LIMIT_EXCEEDED',
    ],
    [
      'a range reversed',
      { query: { ...QUERY, range: { from: '2026-02-01', to: '2026-01-01' } } },
      ['query', 'range'],
      'INVALID_VALUE',
    ],
    ['no measures', { query: { ...QUERY, measures: [] } }, ['query', 'measures'], 'INVALID_VALUE'],
    [
      'an id of another type',
      { query: { ...QUERY, filter: { locationIds: [encodeId('Review', newId())] } } },
      ['query', 'filter', 'locationIds', '0'],
      'INVALID_VALUE',
    ],
    [
      'text that cannot be stored',
      { query: { ...QUERY, filter: { locationExternalIds: ['a\u0000b'] } } },
      ['query', 'filter', 'locationExternalIds', '0'],
      'INVALID_VALUE',
    ],
    [
      'a query too long',
      {
        query: {
          ...QUERY,
          filter: { locationExternalIds: Array.from({ length: 900 }, () => 'x'.repeat(100)) },
        },
      },
      ['query'],
      'LIMIT_EXCEEDED',
    ],
    [
      'a goal without a bound',
      { goals: [{ measure: 'RESPONSE_RATE' }] },
      ['goals', '0'],
      'INVALID_VALUE',
    ],
    [
      'a goal that is no one number',
      { goals: [{ measure: 'REVIEW_AVERAGE_RATING', atLeast: 4 }] },
      ['goals', '0', 'measure'],
      'INVALID_VALUE',
    ],
    [
      'too many goals',
      { goals: Array.from({ length: 21 }, () => ({ measure: 'RESPONSE_RATE', atLeast: 1 })) },
      ['goals'],
      'LIMIT_EXCEEDED',
    ],
  ])('%s is refused, and says where and why', async (_name, parts, path, code) => {
    const { metricView, userErrors } = await create(parts);
    expect(metricView).toBeNull();
    expect(userErrors).toMatchObject([{ code, path }]);
  });

  it('is told all at once', async () => {
    const { userErrors } = await create({ key: '?', name: '', query: { ...QUERY, measures: [] } });
    expect(userErrors.map(({ path }: Data) => path[0])).toEqual(['key', 'name', 'query']);
  });

  it('of a query says what is allowed', async () => {
    const { userErrors } = await create({ query: { ...QUERY, range: {} } });
    expect(userErrors[0].allowed).toEqual(['from and to', 'last', 'current']);
  });

  it('names ids that are none, or of another organization', async () => {
    const theirs = await api.organization('their-views');
    const caller = callerOf(theirs, 'MEMBER');
    const { metricView } = await api.run('{ metricView(key: "trend") { id } }', {}, caller);
    for (const [id, code] of [
      [metricView.id, 'NOT_FOUND'],
      [encodeId('Review', newId()), 'INVALID_ID'],
      ['nonsense', 'INVALID_ID'],
    ]) {
      expect((await update({ id, name: 'Mine now' })).userErrors).toMatchObject([{ code }]);
      expect((await remove({ id })).userErrors).toMatchObject([{ code }]);
    }
    const still = await api.run('{ metricView(key: "trend") { name } }', {}, caller);
    expect(still.metricView.name).toBe('Trend');
  });

  it('two arguments for one view, or none, are an error', async () => {
    for (const args of ['id: "mv_0", key: "a"', 'id: null']) {
      const { errors } = await api.attempt(`{ metricView(${args}) { id } }`);
      expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

describe('an organization has a bounded number of views', () => {
  it('and says so', async () => {
    const id = await api.organization('many');
    const caller = callerOf(id, 'MEMBER');
    await api.db.unitOfWork(id, (uow) =>
      uow.execute(
        `insert into metric_view (organization_id, id, key, name, visualisation, query, created_at, updated_at)
         select $1, gen_random_uuid(), 'many-' || n, 'N', 'TABLE', '{}', now(), now() from generate_series(1, 196) n`,
        [id],
      ),
    );
    const { createMetricView } = await api.run(CREATE, { input: input() }, caller);
    expect(createMetricView.userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED', limit: 200 }]);
  });
});

describe('what rights are needed', () => {
  it('metrics:write to write, metrics:read to read', async () => {
    const only = (scope: string): Data => ({
      ...callerOf(api.organizationId, 'INTEGRATOR'),
      scopes: new Set([scope]),
    });
    const write = await api.attempt(CREATE, { input: input() }, only('metrics:read'));
    expect(write.errors[0].extensions.code).toBe('FORBIDDEN');
    const read = await api.attempt('{ metricViews { nodes { key } } }', {}, only('reviews:read'));
    expect(read.errors[0].extensions.code).toBe('FORBIDDEN');
    const { errors } = await api.attempt(
      '{ metricViews { nodes { key } } }',
      {},
      callerOf(api.organizationId, 'STOREFRONT'),
    );
    expect(errors).not.toEqual([]);
  });
});
