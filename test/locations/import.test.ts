import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openTestApi, type TestApi } from '../testkit/api.ts';

const IMPORT = `mutation ($input: ImportLocationsInput!) {
  importLocations(input: $input) { results { outcome location { externalId name } } }
}`;

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function results(rows: object[], more = {}): Promise<unknown> {
  const input = { locations: rows, ...more };
  return (await api.run(IMPORT, { input })).importLocations.results;
}

it('shows the location of each row, and none where there is none', async () => {
  const dam = { externalId: 'dam', name: 'Dam' };
  const nameless = { externalId: 'nameless' };
  expect(await results([dam, nameless])).toEqual([
    { outcome: 'CREATED', location: dam },
    { outcome: 'REJECTED', location: null },
  ]);
  const renamed = { ...dam, name: 'Dam Square' };
  expect(await results([renamed])).toEqual([{ outcome: 'UPDATED', location: renamed }]);
  const port = { externalId: 'port', name: 'Port' };
  expect(await results([port], { dryRun: true })).toEqual([{ outcome: 'CREATED', location: null }]);
});
