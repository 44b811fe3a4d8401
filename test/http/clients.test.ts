import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queryWithClients, subscribeWithGraphqlWs } from './clients.ts';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { until } from '../testkit/until.ts';

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer();
});

afterAll(async () => {
  await server.close();
});

describe('clients', () => {
  it.each(Object.entries(queryWithClients))('%s runs a query', async (_name, run) => {
    const query = 'query Hello($name: String) { hello(name: $name) }';
    expect(await run(server, KEYS.publishable, query, { name: 'client' })).toEqual({
      hello: 'Hello client',
    });
  });

  it.each(Object.entries(queryWithClients))('%s tells an error', async (_name, run) => {
    await expect(run(server, KEYS.secret, '{ refusal }', {})).rejects.toThrow('Give another one.');
  });

  it.each(Object.entries(queryWithClients))('%s tells what is not valid', async (_name, run) => {
    await expect(run(server, KEYS.secret, '{ nothing }', {})).rejects.toThrow(
      'Cannot query field "nothing"',
    );
  });

  it('graphql-ws follows a subscription', async () => {
    const events = subscribeWithGraphqlWs(
      server,
      KEYS.secret,
      'subscription { thingAdded { seq } }',
    );
    const first = events.next();
    await until('it follows', async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return text.includes('antiphon_feed_hub{what="live"} 1');
    });
    await server.commit(2);
    expect(await first).toMatchObject({ value: { thingAdded: { seq: 1 } } });
    expect(await events.next()).toMatchObject({ value: { thingAdded: { seq: 2 } } });
    await events.return(undefined);
  });
});
