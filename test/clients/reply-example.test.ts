/** The example that drafts an answer to every negative review, killed and started again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createInternalClient,
  getReview,
  importReviews,
  type InternalClient,
} from '../../clients/internal/src/index.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';
import { type ExampleProcess, startExample } from './example-process.ts';

const PATIENCE_MS = 30_000;

let server: TestServer;
let team: InternalClient;
let folder: string;
let imports = 0;

beforeAll(async () => {
  server = await startTestServer();
  team = createInternalClient({ url: server.url, key: server.keys.integrator });
  folder = mkdtempSync(join(tmpdir(), 'antiphon-example-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

/** @returns the id of a review that has just come in */
async function happen(rating: number): Promise<string> {
  imports += 1;
  const review = {
    source: 'GOOGLE' as const,
    externalId: `r-${imports}`,
    authoredAt: '2026-01-01T00:00:00Z',
    rating,
    text: 'It was what it was.',
  };
  const { importReviews: payload } = await importReviews(team, { input: { reviews: [review] } });
  return payload.results[0]?.review?.id ?? '';
}

function start(transport: string): ExampleProcess {
  return startExample(
    'internal/example/reply-to-negatives.ts',
    [join(folder, `${transport}.txt`)],
    { ANTIPHON_URL: server.url, INTEGRATOR_KEY: server.keys.integrator, TRANSPORT: transport },
  );
}

async function drafts(id: string): Promise<number | undefined> {
  return (await getReview(team, { id })).review?.responses.length;
}

describe('the example that replies', () => {
  it.each(['websocket', 'event-stream'])(
    'answers those that wait, those that come and those that it missed, once each, over %s',
    async (transport) => {
      const waited = await happen(1);
      const good = await happen(5);
      const first = start(transport);
      await until('the waiting one is answered', () => first.output.includes(waited), PATIENCE_MS);
      const live = await happen(2);
      await until('the new one is answered', () => first.output.includes(live), PATIENCE_MS);
      await first.stop();
      const missed = await happen(1);
      const second = start(transport);
      await until('the missed one is answered', () => second.output.includes(missed), PATIENCE_MS);
      await second.stop();
      expect(second.output).not.toContain(waited);
      expect(await Promise.all([waited, live, missed, good].map(drafts))).toEqual([1, 1, 1, 0]);
    },
    120_000,
  );
});
