import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/graphql/ids.ts';
import { newId } from '../../src/db/new-id.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { QUERY, viewMutations } from './view-mutations.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());
const { create, update, remove } = viewMutations(() => api);

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
