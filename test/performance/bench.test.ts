/**
 * The bench asks what is there: each operation of the clients and each of its questions is answered
 * over its dataset, and what they write is taken back. By the servers alone that need no packages of
 * the bench; that all contenders agree, and what they cost, the bench itself says.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { antiphon } from '../../bench/contenders/antiphon.ts';
import type { Ask, Call, Contender } from '../../bench/contenders/contender.ts';
import { graphqlJs } from '../../bench/contenders/graphql-js.ts';
import { limit } from '../../bench/contenders/limit.ts';
import { noRollups } from '../../bench/contenders/no-rollups.ts';
import { type Dataset, dropDataset, openDataset } from '../../bench/dataset/dataset.ts';
import { restoreDataset } from '../../bench/dataset/restore.ts';
import {
  type RunningContender,
  startContender,
  stopContenders,
} from '../../bench/measure/server-process.ts';
import { QUESTIONS } from '../../bench/questions/index.ts';
import * as internal from '../../clients/internal/src/index.ts';
import * as storefront from '../../clients/storefront/src/index.ts';
import { onPostgres, requireTestUrl } from '../testkit/database.ts';
import { requestsOf } from './requests-of.ts';

const SIZE = { locations: 20, reviews: 500 };
/** Of each question: what it does once may be what it cannot do twice. */
const TIMES = 3;
/** What a write has left, where the question looks at it. */
type Written = { readonly wrongRollups?: unknown } | null | undefined;
const SERVERS: readonly Contender[] = [antiphon, graphqlJs, limit, noRollups];

it('each operation of the clients is one of its questions', () => {
  const asked = QUESTIONS.map(({ name }) => name).filter((name) => name.startsWith('sdk.'));
  const clients = { storefront, internal };
  const sent = Object.entries(clients).flatMap(([client, module]) =>
    requestsOf(module).map(({ name }) => `sdk.${client}.${name}`),
  );
  expect(asked.toSorted()).toEqual(sent.toSorted());
});

(onPostgres ? describe : describe.skip)('its questions', () => {
  let dataset: Dataset;
  let client: pg.Client;
  let before: Readonly<Record<string, number>>;
  const running = new Map<Contender, RunningContender>();

  beforeAll(async () => {
    const name = `antiphon_test_bench_${randomBytes(6).toString('hex')}`;
    dataset = await openDataset(requireTestUrl(), SIZE, name);
    client = new pg.Client({ connectionString: dataset.url });
    await client.connect();
    before = await countsOf(client);
    for (const server of SERVERS) {
      running.set(server, await startContender(server, server.asks(dataset), dataset));
    }
  });
  afterAll(async () => {
    await stopContenders();
    await client.end();
    await dropDataset(requireTestUrl(), dataset);
  });

  it.each(
    SERVERS.flatMap((server) =>
      QUESTIONS.filter(({ name }) => name in server.asks({} as Dataset)).map(
        (question) => [server.name, question.name, { server, question }] as const,
      ),
    ),
  )('%s answers %s', async (_server, name, { server, question }) => {
    const { url, asks } = running.get(server)!;
    const ask = asks[name] as Ask<never>;
    const draw = await question.variables(client, dataset);
    for (let time = 0; time < TIMES; time++) {
      const variables = draw();
      const post = (call: Call) => answerTo(url, call, dataset.keys);
      const answers: unknown[] = [];
      for (const step of await ask.steps(variables, post)) {
        answers.push(await post(typeof step === 'function' ? step(answers.at(-1)) : step));
      }
      expect(ask.normalise(answers, variables)).toBeTruthy();
      const written = (await question.written?.(client, dataset, variables)) as Written;
      // Without rollups there is nothing that could be right; the clients' own writes are not looked at.
      if (written) expect(written.wrongRollups).toBe(name === 'rollups' ? 'not compared' : 0);
    }
  });

  it('leave nothing behind', async () => {
    expect(await countsOf(client)).not.toEqual(before);
    await restoreDataset(client, dataset);
    expect(await countsOf(client)).toEqual(before);
  });
});

async function answerTo(
  url: string,
  { path, key, body }: Call,
  keys: Dataset['keys'],
): Promise<unknown> {
  const response = await fetch(url + path, {
    method: body === null ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${keys[key]}`,
      ...(body !== null && { 'content-type': 'application/json' }),
    },
    body,
  });
  const text = await response.text();
  expect(text).not.toMatch(/"errors":\[|"userErrors":\[\{/);
  expect(response.status).toBe(200);
  return JSON.parse(text) as unknown;
}

/** The rows of all tables of the tenants. */
async function countsOf(client: pg.Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'organization_id' order by table_name`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    const counted = await client.query<{ count: number }>(
      `select count(*)::int as count from ${name}`,
    );
    counts[name] = counted.rows[0]!.count;
  }
  return counts;
}
