import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { backendOf } from '../../src/cli/in-process-backend.ts';
import type { App } from '../../src/app.ts';
import { demoKeysPath, readDemoKeys, writeDemoKeys } from '../../src/demo/demo-keys.ts';
import { DemoRefused, loadDemo } from '../../src/demo/load-demo.ts';
import type { Execute } from '../../src/demo/load-demo.ts';
import { assembleSchemas } from '../../src/graphql/schema.ts';
import { inProcess } from '../../src/in-process.ts';
import { entities } from '../../src/modules/entities.ts';
import { resolvers } from '../../src/modules/resolvers.ts';
import { makeFolder } from '../cli/files.ts';
import { openTestDatabase } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';

let test: TestDatabase;
let execute: Execute;
beforeAll(async () => {
  test = await openTestDatabase({ entities });
  const app = { db: test.db, schemas: await assembleSchemas(resolvers) } as App;
  const organization = { id: test.organizationId, slug: 'test', name: 'Test' };
  const backend = backendOf(inProcess(app, organization), 'test');
  execute = (document, variables) => backend.execute(document, variables);
});
afterAll(() => test.close());

describe('loading the demo', () => {
  it('fills an organization without reviews, telling how far it is, and no other', async () => {
    const told: number[] = [];
    const options = { now: new Date(), reviews: 1_500 };
    const loaded = await loadDemo(execute, { ...options, onProgress: (done) => told.push(done) });
    expect(loaded).toEqual({ locations: 40, products: 12, reviews: 1_500 });
    expect(told).toEqual([1_000, 1_500]);
    const { reviews, locations } = await execute<{
      reviews: { totalCount: number };
      locations: { totalCount: number; nodes: object[] };
    }>(
      `{ reviews(first: 1) { totalCount }
         locations(first: 1) { totalCount nodes { group { name parent { name } } } } }`,
      {},
    );
    expect(reviews.totalCount).toBe(1_500);
    expect(locations).toEqual({
      totalCount: 40,
      nodes: [{ group: { name: 'Netherlands', parent: { name: 'Brambleknot Bakery' } } }],
    });
    const { survey, customers } = await execute<{
      survey: { state: string; responses: { totalCount: number } };
      customers: { totalCount: number };
    }>(
      `{ survey(key: "relationship") { state responses { totalCount } }
         customers(first: 1) { totalCount } }`,
      {},
    );
    expect(customers.totalCount).toBe(60);
    expect(survey).toEqual({ state: 'PUBLISHED', responses: { totalCount: 32 } });
    await expect(loadDemo(execute, options)).rejects.toThrow(DemoRefused);
  });
});

describe('the keys of the demo', () => {
  const keys = { storefront: 'ant_pub_a', integrator: 'ant_sec_b', admin: 'ant_sec_c' };

  it('are kept for this user alone, and found again', async () => {
    await using folder = await makeFolder();
    expect(await readDemoKeys(folder.path)).toBeNull();
    await writeDemoKeys(folder.path, keys);
    expect(await readDemoKeys(folder.path)).toEqual(keys);
    expect((await stat(demoKeysPath(folder.path))).mode & 0o777).toBe(0o600);
  });

  it('are none where the file is damaged', async () => {
    await using folder = await makeFolder();
    await folder.write('demo-keys.json', '{"storefront":"ant_pub_a"');
    expect(await readDemoKeys(folder.path)).toBeNull();
    await folder.write('demo-keys.json', '{"storefront":"ant_pub_a"}');
    expect(await readDemoKeys(folder.path)).toBeNull();
  });
});
