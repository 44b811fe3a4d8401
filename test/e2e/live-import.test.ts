import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onPostgres, requireTestUrl, runAsAdministrator } from '../testkit/database.ts';
import { Follower } from '../testkit/follow.ts';
import { Random } from '../testkit/random.ts';
import { runCli, type ServerProcess, startServerProcess } from '../testkit/server-process.ts';

/** Enough for every follower to be cut twenty times while it runs. */
const REVIEWS = 12_000;
const CUTS = 20;

const ifPostgres = onPostgres ? describe : describe.skip;

ifPostgres('while reviews are imported', () => {
  const database = `antiphon_live_${randomBytes(4).toString('hex')}`;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let server: ServerProcess;
  let key: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'antiphon live '));
    await runAsAdministrator(`create database ${database}`);
    const url = new URL(requireTestUrl());
    url.pathname = `/${database}`;
    env = { DATABASE_URL: url.href };
    await writeFile(join(folder, 'reviews.ndjson'), ndjson());
    const created = await runCli(
      [
        'keys',
        'create',
        '--kind',
        'secret',
        '--name',
        'follower',
        '--scope',
        'feed:read',
        '--scope',
        'reviews:read',
        '--json',
      ],
      env,
    );
    key = (JSON.parse(created.stdout) as { token: string }).token;
    server = await startServerProcess(env);
  }, 120_000);

  afterAll(async () => {
    await server.stop('SIGKILL');
    await runAsAdministrator(`drop database if exists ${database} with (force)`);
    await rm(folder, { recursive: true });
  });

  it('followers that are cut off, and outlive a killed server, see every negative review once, in order', async () => {
    const from = await ask('{ feedPosition }', server, key);
    const followers = (['websocket', 'sse', 'websocket', 'sse'] as const).map(
      (transport, i) =>
        new Follower({
          transport,
          server: () => server,
          key,
          from: from['feedPosition'] as string,
          random: new Random(100 + i),
          cuts: CUTS,
        }),
    );
    const importing = runCli(['import', join(folder, 'reviews.ndjson'), '--json'], env);
    for (let restart = 0; restart < 2; restart++) {
      await sleep(1_500);
      await server.stop('SIGKILL');
      server = await startServerProcess(env);
    }
    const summary = await importing;
    expect({ ...summary, stdout: JSON.parse(summary.stdout) as unknown }).toMatchObject({
      code: 0,
      stdout: { created: REVIEWS, updated: 0, unchanged: 0, rejected: 0 },
    });
    const expected = await committedOrder(env['DATABASE_URL'] as string);
    expect(expected.length).toBeGreaterThan(REVIEWS / 4);
    const deadline = Date.now() + 90_000;
    const isBehind = (follower: Follower) =>
      follower.seen.length < expected.length || follower.cuts < CUTS;
    while (followers.some(isBehind) && Date.now() < deadline) await sleep(100);
    await Promise.all(followers.map((follower) => follower.stop()));
    for (const follower of followers) {
      expect(follower.failures).toEqual([]);
      expect(follower.seen.map((event) => event.externalId)).toEqual(expected);
      expect(follower.cuts).toBeGreaterThanOrEqual(CUTS);
    }
  }, 240_000);
});

function ndjson(): string {
  const random = new Random(5);
  const rows = Array.from({ length: REVIEWS }, (_, i) => ({
    source: 'GOOGLE',
    externalId: `live-${i}`,
    locationExternalId: `place-${random.below(20)}`,
    locationName: 'A place',
    rating: 1 + random.below(5),
    text: 'It was what it was.',
    authoredAt: new Date(Date.UTC(2026, 0, 1) + i * 1_000).toISOString(),
  }));
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function ask(query: string, { url }: ServerProcess, token: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: Record<string, unknown> };
  return data;
}

/** The negative reviews in the order of the feed, straight from the tables. */
async function committedOrder(url: string): Promise<string[]> {
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ external_id: string; rating: string }>(
      `select r.external_id, r.rating from feed_event e join review r on r.organization_id = e.organization_id and r.id = e.review_id
       where e.kind = 'REVIEW_RECEIVED' order by e.seq`,
    );
    return rows.filter((row) => Number(row.rating) <= 2).map((row) => row.external_id);
  } finally {
    await client.end();
  }
}
