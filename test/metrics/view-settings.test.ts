import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertMissingMetricDefaults } from '../../src/modules/metrics/index.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { createOrganization } from '../testkit/database.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const SETTINGS =
  'goalNegative goalPositive weights { volume average recency sourceSpread responseRate responseSpeed }';
const UPDATE = `mutation ($input: UpdateMetricSettingsInput!) {
  updateMetricSettings(input: $input) { metricSettings { ${SETTINGS} } userErrors { code message path } }
}`;

async function settingsOf(organizationId: string): Promise<Data> {
  const caller = callerOf(organizationId, 'MEMBER');
  return (await api.run(`{ metricSettings { ${SETTINGS} } }`, {}, caller)).metricSettings;
}

async function update(organizationId: string, input: object): Promise<Data> {
  const caller = callerOf(organizationId, 'MEMBER');
  return (await api.run(UPDATE, { input }, caller)).updateMetricSettings;
}

describe('the settings', () => {
  it('are those of the domain until somebody changes them, in what is given alone', async () => {
    const id = await api.organization('settings');
    const before = await settingsOf(id);
    expect(before).toMatchObject({ goalNegative: 1, goalPositive: 0.2 });
    const { metricSettings, userErrors } = await update(id, {
      goalPositive: 0.5,
      weights: { recency: 0, volume: 3.5 },
    });
    const weights = { ...before.weights, recency: 0, volume: 3.5 };
    expect({ metricSettings, userErrors }).toEqual({
      metricSettings: { goalNegative: 1, goalPositive: 0.5, weights },
      userErrors: [],
    });
    expect(await settingsOf(id)).toEqual(metricSettings);
    expect(await settingsOf(api.organizationId)).toEqual(before);
  });

  it('decide what is met, at once', async () => {
    const id = await api.organization('goals-met');
    const caller = callerOf(id, 'MEMBER');
    const at = new Date().toISOString();
    const responded = { body: 'Thanks', publishedAt: at };
    const reviews = [1, 2].map((n) => ({
      source: 'GOOGLE',
      externalId: `met-${n}`,
      rating: 5,
      authoredAt: at,
      ...(n === 1 && { response: responded }),
    }));
    await api.run(
      'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { created } }',
      { input: { reviews } },
      caller,
    );
    const met = async () => {
      const query = { measures: ['RESPONSE_GOAL_MET_POSITIVE'], range: { current: 'YEAR' } };
      const { metrics } = await api.run(
        'query ($query: MetricQuery!) { metrics(query: $query) { rows { values { value } } } }',
        { query },
        caller,
      );
      return metrics.rows[0].values[0].value;
    };
    expect(await met()).toBe(1);
    await update(id, { goalPositive: 0.51 });
    expect(await met()).toBe(0);
  });

  it.each([
    ['a goal above 1', { goalNegative: 1.01 }, ['goalNegative']],
    ['a goal below 0', { goalPositive: -0.1 }, ['goalPositive']],
    ['a weight below 0', { weights: { volume: -1 } }, ['weights', 'volume']],
    ['a weight beyond measure', { weights: { recency: 1e300 } }, ['weights', 'recency']],
    [
      'weights that are all 0',
      {
        weights: {
          volume: 0,
          average: 0,
          recency: 0,
          sourceSpread: 0,
          responseRate: 0,
          responseSpeed: 0,
        },
      },
      ['weights'],
    ],
  ])('take no %s', async (_name, input, path) => {
    const before = await settingsOf(api.organizationId);
    const { userErrors } = await update(api.organizationId, input);
    expect(userErrors).toMatchObject([{ code: 'INVALID_VALUE', path }]);
    expect(await settingsOf(api.organizationId)).toEqual(before);
  });

  it('are changed once for one idempotency key', async () => {
    const id = await api.organization('settings-once');
    await update(id, { goalPositive: 0.3, idempotencyKey: 'once' });
    await update(id, { goalPositive: 0.4 });
    await update(id, { goalPositive: 0.3, idempotencyKey: 'once' });
    expect(await settingsOf(id)).toMatchObject({ goalPositive: 0.4 });
  });

  it('of two who change a weight each at once hold both', async () => {
    const id = await api.organization('settings-two');
    await Promise.all([
      update(id, { weights: { volume: 1 } }),
      update(id, { weights: { average: 2 } }),
      update(id, { weights: { recency: 3 } }),
    ]);
    expect(await settingsOf(id)).toMatchObject({ weights: { volume: 1, average: 2, recency: 3 } });
  });

  it('are written with metrics:write', async () => {
    const scopes = new Set(['metrics:read'] as const);
    const caller = { ...callerOf(api.organizationId, 'INTEGRATOR'), scopes };
    const { errors } = await api.attempt(UPDATE, { input: { goalPositive: 0 } }, caller);
    expect(errors[0].extensions.code).toBe('FORBIDDEN');
  });
});

describe('an organization that is older than metric views', () => {
  it('has the usual settings, and gets its views when a process starts, once', async () => {
    const id = await createOrganization(api.db, { slug: 'older' });
    expect(await settingsOf(id)).toMatchObject({ goalNegative: 1 });
    const keys = async () => {
      const caller = callerOf(id, 'MEMBER');
      const { metricViews } = await api.run('{ metricViews { nodes { key } } }', {}, caller);
      return metricViews.nodes.map(({ key }: Data) => key);
    };
    expect(await keys()).toEqual([]);
    // As if several processes started at once.
    await Promise.all([1, 2, 3].map(() => insertMissingMetricDefaults(api.db)));
    expect((await keys()).sort()).toEqual([
      'customer-feedback',
      'location-ranking',
      'overview',
      'response-performance',
      'trend',
    ]);
  });
});
