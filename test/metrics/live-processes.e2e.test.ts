import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ndjson, review } from '../cli/files.ts';
import { type Installation, makeInstallation } from '../cli/installation.ts';
import { http } from '../http/transports.ts';
import type { Data } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { type ServerProcess, startServerProcess } from '../testkit/server-process.ts';
import { until } from '../testkit/until.ts';

const ifPostgres = onPostgres ? describe : describe.skip;

const FOLLOW = `subscription ($id: ID!) { metricViewUpdated(id: $id) { feedPosition rows { bucket values { value n } } } }`;

ifPostgres('a view that is followed on one of several processes', () => {
  let here: Installation;
  let server: ServerProcess;
  let key: string;
  let id: string;
  let made = 0;

  beforeAll(async () => {
    here = await makeInstallation();
    const created = await here.run(
      ...['keys', 'create', '--kind', 'secret', '--name', 'dashboard', '--json'],
      ...['--scope', 'metrics:read', '--scope', 'feed:read'],
    );
    key = created.json.token;
    server = await startServerProcess(here.env);
    const { data } = await ask('{ metricView(key: "overview") { id } }');
    id = data.metricView.id;
  }, 120_000);
  afterAll(async () => {
    await server.stop('SIGKILL');
    await here.remove();
  });

  const ask = (query: string): Promise<Data> => http.run(server, key, { query });

  /** By a process of its own, which the server hears of by a notification. */
  async function importReviews(count: number): Promise<void> {
    const authoredAt = new Date().toISOString();
    const rows = Array.from({ length: count }, () => review(`p${++made}`, { authoredAt }));
    const file = await here.folder.write(`rows-${made}.ndjson`, ndjson(rows));
    const { json } = await here.run('import', file, '--json');
    expect(json).toMatchObject({ created: count });
  }

  it('comes after what another process has written, and as it is then after a server was killed', async () => {
    const results: Data[] = [];
    const last = (): number =>
      (results.at(-1)?.rows ?? []).reduce((sum: number, row: Data) => sum + row.values[0].n, 0);
    const client = createClient({
      // Where the server is now: after a restart, on another port.
      url: () => server.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: 1_000,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
      shouldRetry: () => true,
    });
    const stop = client.subscribe<Data>(
      { query: FOLLOW, variables: { id } },
      {
        next: ({ data }) => results.push(data?.metricViewUpdated),
        error: (error) => results.push({ error }),
        complete: () => undefined,
      },
    );
    await until('it begins', () => results.length === 1);
    expect(last()).toBe(0);
    await importReviews(7);
    await until('what another process has written', () => last() === 7);

    await server.stop('SIGKILL');
    await importReviews(5);
    const before = results.length;
    server = await startServerProcess(here.env);
    await until('the present state', () => last() === 12, 20_000);
    // At once, and not by way of what was before.
    expect(results.length).toBe(before + 1);
    await importReviews(1);
    await until('it goes on', () => last() === 13);
    const { data } = await ask(
      '{ metricView(key: "overview") { result { feedPosition rows { bucket values { value n } } } } }',
    );
    expect(results.at(-1)).toEqual(data.metricView.result);
    stop();
    await client.dispose();
  }, 120_000);

  it('leaves the server able to stop', async () => {
    const client = createClient({
      url: server.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: 0,
    });
    let began = false;
    client.subscribe(
      { query: FOLLOW, variables: { id } },
      { next: () => (began = true), error: () => undefined, complete: () => undefined },
    );
    await until('it begins', () => began);
    const startedAt = performance.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    await client.dispose();
    server = await startServerProcess(here.env);
  }, 60_000);
});
