import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { importCustomers } from './customers-kit.ts';

/** For one customer and for a hundred the same; the number is what resolvers send, the planner one. */
const DOCUMENTS: [string, number, string][] = [
  ['a list with its total', 2, '{ customers(first: FIRST) { totalCount nodes { id risk } } }'],
  ['consents', 2, '{ customers(first: FIRST) { nodes { consents { channel changedAt } } } }'],
  [
    'events, their customers and places',
    5,
    `{ customers(first: FIRST) { nodes {
      events(first: 3) { totalCount nodes { kind customer { name } location { name } } }
    } } }`,
  ],
];

describe.each(['planner', 'graphql-jit'] as const)('the number of statements of %s', (engine) => {
  let api: TestApi;

  beforeAll(async () => {
    api = await openTestApi({ engine });
    const customers = Array.from({ length: 100 }, (_, i) => ({
      externalId: `c-${i}`,
      consents: { email: true },
    }));
    await importCustomers(api, customers);
    await api.run(
      'mutation { importLocations(input: { locations: [{ externalId: "dam", name: "Dam" }] }) { created } }',
    );
    const events = customers.flatMap(({ externalId: customerExternalId }) =>
      ['PURCHASE', 'INTERACTION'].map((kind) => ({
        customerExternalId,
        kind,
        locationExternalId: 'dam',
      })),
    );
    await api.run(
      'mutation ($input: RecordEventsInput!) { recordEvents(input: $input) { created } }',
      { input: { events } },
    );
  });
  afterAll(() => api.close());

  it.each(DOCUMENTS)('%s', async (_name, ofResolvers, document) => {
    const sent = (first: number) =>
      api.statements(() => api.run(document.replace('FIRST', String(first))));
    const count = engine === 'planner' ? 1 : ofResolvers;
    expect(await sent(1)).toHaveLength(count);
    expect(await sent(100)).toHaveLength(count);
  });
});
