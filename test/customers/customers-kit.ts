import { randomUUID } from 'node:crypto';
import type { Data, TestApi } from '../testkit/api.ts';

const IMPORT = `mutation ($input: ImportCustomersInput!) {
  importCustomers(input: $input) {
    created updated unchanged rejected
    results { index outcome customer { id externalId } userErrors { code path message } }
    userErrors { code path }
  }
}`;

export async function importCustomers(
  api: TestApi,
  customers: readonly object[],
  more: object = {},
): Promise<Data> {
  return (await api.run(IMPORT, { input: { customers, ...more } })).importCustomers;
}

/** Imports one, and gives its id. */
export async function newCustomer(api: TestApi, fields: object = {}): Promise<Data> {
  const externalId = `customer-${randomUUID()}`;
  const { results } = await importCustomers(api, [{ externalId, ...fields }]);
  return { id: results[0].customer.id, externalId };
}

export async function customer(api: TestApi, externalId: string, fields: string): Promise<Data> {
  const { customer } = await api.run(
    `query ($externalId: String) { customer(externalId: $externalId) { ${fields} } }`,
    { externalId },
  );
  return customer;
}
