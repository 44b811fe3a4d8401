import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onPostgres } from '../testkit/database.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';

const REVIEWS = onPostgres ? 50_000 : 25_000;
const TEXT_BYTES = 800;
/** Reviews that the server reads at once. */
const PAGE = 100;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes, without those that nobody needs any more. */
function inUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let server: TestServer;
/** Pages of reviews that the server has read. */
let pages = 0;

beforeAll(async () => {
  server = await startTestServer({}, { isCompared: false });
  // Straight into the table: what is tested is how they come out.
  await server.db.system(
    `insert into review (organization_id, id, source, external_id, rating_scale, rating, sentiment,
       text, authored_at, received_at, updated_at, content_hash)
     select $1, gen_random_uuid(), 'GOOGLE', 'bulk-' || n, 'STARS_5', 4, 'POSITIVE', repeat('x', $2::int),
       timestamptz '2026-01-01' + n * interval '1 minute', now(), now(), sha256('x')
     from generate_series(1, $3::int) n`,
    [server.organizationId, TEXT_BYTES, REVIEWS],
  );
  await server.db.system('analyze review');
  server.db.observe((sql) => {
    if (/from review r\b/.test(sql)) pages += 1;
  });
}, 120_000);
afterAll(() => server.close());

async function openFile(): Promise<IncomingMessage> {
  const { createMetricExport } = await server.query(
    `mutation ($input: CreateMetricExportInput!) { createMetricExport(input: $input) { url } }`,
    {
      input: {
        query: { measures: ['REVIEW_COUNT'], range: { from: '2026-01-01', to: '2026-12-31' } },
        format: 'NDJSON',
        rows: 'REVIEWS',
      },
    },
  );
  const address = server.url + String(createMetricExport.url);
  return new Promise((resolve, reject) => {
    get(address, { agent: false }, resolve).on('error', reject);
  });
}

describe(`a file of ${REVIEWS} reviews`, () => {
  it('comes whole, in little memory', async () => {
    const file = await openFile();
    let lines = 0;
    let bytes = 0;
    let most = 0;
    const before = inUse();
    for await (const chunk of file as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 0x0a) lines += 1;
      if (Math.floor(bytes / 5e6) > Math.floor((bytes - chunk.length) / 5e6)) {
        most = Math.max(most, inUse() - before);
      }
    }
    expect({ lines, complete: file.complete }).toEqual({ lines: REVIEWS, complete: true });
    expect(bytes).toBeGreaterThan(REVIEWS * TEXT_BYTES);
    // The file has 22 MB, or 45.
    expect(most / 1e6).toBeLessThan(20);
  }, 120_000);

  it('is read as far as the client takes it, and no further once that has gone', async () => {
    pages = 0;
    const file = await openFile();
    await until('it begins', () => pages > 0);
    let seen = -1;
    await until(
      'the server waits',
      async () => {
        const isStill = seen === pages;
        seen = pages;
        await sleep(400);
        return isStill;
      },
      30_000,
    );
    // What the sockets hold of it is not ours to bound.
    expect(pages).toBeLessThan(REVIEWS / PAGE / 2);
    const waiting = pages;
    file.destroy();
    await sleep(1_000);
    expect(pages - waiting).toBeLessThanOrEqual(2);
  }, 60_000);

  it('is one of twenty at most that are fetched at once', async () => {
    const files: IncomingMessage[] = [];
    for (let i = 0; i < 20; i++) files.push(await openFile());
    const refused = await openFile();
    const { statusCode, headers } = refused;
    expect({ statusCode, retryAfter: headers['retry-after'] }).toEqual({
      statusCode: 429,
      retryAfter: '10',
    });
    refused.resume();
    for (const file of files) file.destroy();
    await until('there is room again', async () => {
      const file = await openFile();
      file.destroy();
      return file.statusCode === 200;
    });
  }, 60_000);
});
