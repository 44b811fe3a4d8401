import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { inputPlaces, type InputPlace, listOf, textOf, valueWith } from './input-places.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(async () => {
  await api.close();
});

/** Rows of imports are let in by admission: each is told by itself, by the service. */
const importPlaces = () => inputPlaces(api.schemas.full).filter(({ inRows }) => inRows);

async function imported({ field, argument }: InputPlace, value: unknown) {
  const query = field
    .document(`(${argument.name}: $value)`, `($value: ${String(argument.type)})`)
    .replace(
      '__typename',
      'rejected userErrors { code path } results { userErrors { code path } }',
    );
  const data = await api.run(query, { value });
  return data[field.field.name];
}

describe('the rows of an import', () => {
  it('are at most a thousand', async () => {
    const lists = importPlaces().filter(({ path, kind }) => kind === 'list' && path.length === 2);
    expect(lists.map(({ name }) => name)).toEqual([
      'Mutation.importCustomers: input.customers',
      'Mutation.importLocations: input.locations',
      'Mutation.importProducts: input.products',
      'Mutation.importReviews: input.reviews',
      'Mutation.recordEvents: input.events',
    ]);
    for (const place of lists) {
      const value = valueWith(place.argument.type, place.path.slice(1), listOf(1_001));
      const { userErrors } = await imported(place, value);
      expect([place.name, userErrors]).toEqual([
        place.name,
        [{ code: 'LIMIT_EXCEEDED', path: place.path.slice(1) }],
      ]);
    }
  });

  it('are refused one by one where a list or text of them has no end', async () => {
    const within = importPlaces().filter(({ path }) => path.length > 3);
    expect(within.length).toBeGreaterThan(30);
    for (const place of within) {
      const filling = place.kind === 'list' ? listOf(1_001) : textOf(100_000);
      const value = valueWith(place.argument.type, place.path.slice(1), filling);
      const { rejected, results } = await imported(place, value);
      const at = place.path.slice(1, 4).map(String);
      const told = results[0].userErrors.some(({ path }: { path: string[] }) =>
        at.every((key, index) => path[index] === key),
      );
      expect([place.name, rejected, told]).toEqual([place.name, 1, true]);
    }
  });
});
