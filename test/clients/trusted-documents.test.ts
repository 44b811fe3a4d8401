/** The manifests of both clients on a server that was told to trust them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as internal from '../../clients/internal/src/index.ts';
import * as storefront from '../../clients/storefront/src/index.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const manifestOf = (client: string) => join(PROJECT, 'clients', client, 'trusted-documents.json');
const CLIENTS = [
  ['storefront', storefront, 'storefront'],
  ['internal', internal, 'integrator'],
] as const;

let server: TestServer;

beforeAll(async () => {
  const files = CLIENTS.map(([client]) => manifestOf(client));
  server = await startTestServer({ ANTIPHON_TRUSTED_DOCUMENTS: files.join() });
});
afterAll(() => server.close());

/** Sends what the client would, with the hash of a document in place of its text. */
const byHash =
  (hashes: Map<string, string>): typeof fetch =>
  (url, init) => {
    const { query, ...rest } = JSON.parse(init?.body as string) as { query: string };
    const body = JSON.stringify({ ...rest, documentId: hashes.get(query) });
    return fetch(url, { ...init, body });
  };

function hashesOf(client: string): Map<string, string> {
  const manifest = JSON.parse(readFileSync(manifestOf(client), 'utf8')) as Record<string, string>;
  return new Map(Object.entries(manifest).map(([hash, text]) => [text, hash]));
}

describe.each(CLIENTS)('the manifest of @antiphon/%s', (client, module, key) => {
  const documents = Object.values(module).filter(
    (each): each is { name: string; text: string; kind: string } =>
      typeof each === 'object' && each !== null && 'text' in each && 'kind' in each,
  );

  it('holds the documents of the client and no others', () => {
    expect(documents.length).toBeGreaterThan(2);
    expect([...hashesOf(client).keys()].sort()).toEqual(documents.map(({ text }) => text).sort());
  });

  it('lets each of them be asked by its hash, without its text ever being sent', async () => {
    const hashes = hashesOf(client);
    for (const { name, text } of documents) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${server.keys[key]}`,
        },
        body: JSON.stringify({ documentId: hashes.get(text), operationName: name }),
      });
      const { errors = [] } = (await response.json()) as { errors?: [] };
      const codes = errors.map((error: { extensions: { code: string } }) => error.extensions.code);
      // One with variables wants them, and a live one another transport: both are known by then.
      expect([name, codes]).not.toContainEqual(['PERSISTED_QUERY_NOT_FOUND']);
    }
  });
});

it('a server answers the clients by it', async () => {
  const team = internal.createInternalClient({
    url: server.url,
    key: server.keys.integrator,
    fetch: byHash(hashesOf('internal')),
  });
  const location = { externalId: 'dam', name: 'Dam' };
  const { importLocations } = await internal.importLocations(team, {
    input: { locations: [location] },
  });
  expect(importLocations.created).toBe(1);
  const shop = storefront.createStorefrontClient({
    url: server.url,
    key: server.keys.storefront,
    fetch: byHash(hashesOf('storefront')),
  });
  const page = await storefront.getLocationPage(shop, { externalId: 'dam' });
  expect(page.location).toMatchObject({ name: 'Dam' });
});

it('a hash that is in no manifest stands for nothing', async () => {
  const shop = storefront.createStorefrontClient({
    url: server.url,
    key: server.keys.storefront,
    fetch: byHash(new Map([[storefront.GetViewerDocument.text, `sha256:${'0'.repeat(64)}`]])),
  });
  await expect(storefront.getViewer(shop)).rejects.toThrow('PersistedQueryNotFound');
});
