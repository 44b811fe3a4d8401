import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { CREATE, DELETE, QUERY, VIEW, viewInput, viewMutations } from './view-mutations.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());
const { create, update, remove } = viewMutations(() => api);

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
    await api.run(CREATE, { input: viewInput() }, caller);
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
    const parts = viewInput({ idempotencyKey: 'once' });
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
    const parts = viewInput({ goals, query: { ...QUERY, granularity: 'DAY' } });
    const { createMetricView } = await api.run(CREATE, { input: parts }, caller);
    expect(createMetricView.metricView.goals).toMatchObject([
      { value: 0.25, met: true },
      { value: 0.25, met: false },
      { value: 4, met: false },
      { value: 0, met: true },
    ]);
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
    const { createMetricView } = await api.run(CREATE, { input: viewInput() }, caller);
    expect(createMetricView.userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED', limit: 200 }]);
  });
});

describe('what rights are needed', () => {
  it('metrics:write to write, metrics:read to read', async () => {
    const only = (scope: string): Data => ({
      ...callerOf(api.organizationId, 'INTEGRATOR'),
      scopes: new Set([scope]),
    });
    const write = await api.attempt(CREATE, { input: viewInput() }, only('metrics:read'));
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
