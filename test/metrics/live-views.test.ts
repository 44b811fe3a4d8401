import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/db/new-id.ts';
import { encodeId } from '../../src/graphql/ids.ts';
import { createKey, revokeKey } from '../../src/modules/accounts/index.ts';
import { insertMetricDefaults } from '../../src/modules/metrics/index.ts';
import { overWebSocket, type Subscriber, SUBSCRIBERS } from '../http/subscribers.ts';
import type { Data } from '../testkit/api.ts';
import { createOrganization, onPostgres } from '../testkit/database.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';

const RESULT =
  'feedPosition rows { bucket dimensions { value } values { measure value n previous } }';
const FOLLOW = `subscription ($id: ID!) { metricViewUpdated(id: $id) { ${RESULT} } }`;
const ASK = `query ($id: ID!) { metricView(id: $id) { result { ${RESULT} } } }`;
const CREATE = `mutation ($input: CreateMetricViewInput!) { createMetricView(input: $input) { metricView { id } userErrors { message } } }`;
const UPDATE = `mutation ($input: UpdateMetricViewInput!) { updateMetricView(input: $input) { userErrors { message } } }`;
const DELETE = `mutation ($input: DeleteMetricViewInput!) { deleteMetricView(input: $input) { userErrors { message } } }`;
const IMPORT = `mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { created results { userErrors { message } } } }`;

let server: TestServer;
let made = 0;

beforeAll(async () => {
  server = await startTestServer({}, { isCompared: false });
}, 60_000);
afterAll(() => server.close());

async function importReviews(count: number, parts: object = {}): Promise<void> {
  const reviews = Array.from({ length: count }, () => ({
    source: 'GOOGLE',
    externalId: `live-${++made}`,
    rating: 1 + (made % 5),
    locationExternalId: `loc-${made % 3}`,
    locationName: 'A place',
    authoredAt: new Date().toISOString(),
    ...parts,
  }));
  const { importReviews: done } = await server.query(IMPORT, { input: { reviews } });
  if (done.created !== count) throw new Error(JSON.stringify(done));
}

async function newView(measures = ['REVIEW_COUNT'], parts: object = {}): Promise<string> {
  const query = { measures, range: { last: { count: 2, unit: 'DAY' } }, ...parts };
  const input = { key: `live-${++made}`, name: 'Live', query };
  return (await server.query(CREATE, { input })).createMetricView.metricView.id;
}

function follow(id: string, subscribe = overWebSocket, key = server.keys.integrator): Subscriber {
  return subscribe(server, key, { query: FOLLOW, variables: { id } });
}

const resultsOf = ({ results }: Subscriber): Data[] =>
  results.map(({ data }: Data) => data.metricViewUpdated);
const lastOf = (subscriber: Subscriber): Data => resultsOf(subscriber).at(-1);
const countOf = (result: Data): number =>
  (result?.rows ?? []).reduce((sum: number, row: Data) => sum + row.values[0].n, 0);

/** With which code it did not open; over HTTP some are told by the status. */
async function refusalOf({ end }: Subscriber): Promise<unknown> {
  const { errors, status } = await end;
  const byStatus = { 403: 'FORBIDDEN', 404: 'NOT_FOUND' } as Record<number, string>;
  return errors?.[0]?.extensions?.['code'] ?? byStatus[status ?? 0];
}

describe.each(SUBSCRIBERS)('a view that is followed over $name', ({ subscribe }) => {
  it('comes at once as it is now, and after each commit that changes it', async () => {
    await importReviews(2);
    const id = await newView(['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE']);
    const subscriber = follow(id, subscribe);
    await until('the first result', () => subscriber.results.length === 1);
    const { metricView } = await server.query(ASK, { id });
    expect(resultsOf(subscriber)).toEqual([metricView.result]);
    await importReviews(3);
    const before = countOf(metricView.result);
    await until('the second result', () => countOf(lastOf(subscriber)) === before + 3);
    const again = await server.query(ASK, { id });
    expect(lastOf(subscriber)).toEqual(again.metricView.result);
    subscriber.stop();
  });

  it('does not come where no number of it has changed', async () => {
    const id = await newView(['REVIEW_COUNT'], { filter: { sources: ['YELP'] } });
    const subscriber = follow(id, subscribe);
    await until('the first result', () => subscriber.results.length === 1);
    await importReviews(1, { source: 'GOOGLE' });
    await sleep(1_300);
    expect(subscriber.results).toHaveLength(1);
    await importReviews(1, { source: 'YELP' });
    await until('the second result', () => subscriber.results.length === 2);
    subscriber.stop();
  });

  it('answers its new question after it was changed, and ends after it was deleted', async () => {
    const id = await newView(['REVIEW_COUNT']);
    const subscriber = follow(id, subscribe);
    await until('the first result', () => subscriber.results.length === 1);
    const query = { measures: ['RESPONSE_RATE'], range: { last: { count: 3, unit: 'DAY' } } };
    await server.query(UPDATE, { input: { id, query } });
    await until('the new question is answered', () => subscriber.results.length === 2);
    expect(lastOf(subscriber).rows[0].values[0].measure).toBe('RESPONSE_RATE');
    await server.query(DELETE, { input: { id } });
    const end = await subscriber.end;
    expect(end.errors).toMatchObject([
      { message: 'The metric view was deleted.', extensions: { code: 'NOT_FOUND' } },
    ]);
  });

  it('is refused where there is none, or where it is of another organization', async () => {
    const theirs = await createOrganization(server.db, { slug: `their-${++made}` });
    await server.db.unitOfWork(theirs, insertMetricDefaults);
    const [view] = await server.db.read<{ id: string }>(
      theirs,
      'select id from metric_view where organization_id = $1',
    );
    for (const [id, code] of [
      [encodeId('MetricView', view?.id ?? ''), 'NOT_FOUND'],
      [encodeId('MetricView', newId()), 'NOT_FOUND'],
      [encodeId('Review', newId()), 'BAD_USER_INPUT'],
    ] as const) {
      expect(await refusalOf(follow(id, subscribe))).toBe(code);
    }
  });

  it('ends when the key of its follower is revoked', async () => {
    const id = await newView();
    const { token, keyId } = await server.db.unitOfWork(server.organizationId, async (uow) => {
      const key = { kind: 'SECRET', name: 'short', scopes: ['metrics:read'] } as const;
      const none = { origins: null, memberId: null, expiresAt: null };
      const created = await createKey(uow, { ...key, ...none }, 'OPERATOR');
      return { token: created.token, keyId: created.id };
    });
    const subscriber = follow(id, subscribe, token);
    await until('the first result', () => subscriber.results.length === 1);
    await server.db.unitOfWork(server.organizationId, (uow) => revokeKey(uow, keyId));
    const { closed, errors } = await subscriber.end;
    expect(closed ?? errors?.[0]?.extensions?.['code']).toEqual(
      closed === undefined ? 'UNAUTHENTICATED' : 4401,
    );
  });

  it('needs metrics:read', async () => {
    const { token } = await server.db.unitOfWork(server.organizationId, (uow) =>
      createKey(
        uow,
        {
          kind: 'SECRET',
          name: 'no metrics',
          scopes: ['feed:read', 'reviews:read'],
          origins: null,
          memberId: null,
          expiresAt: null,
        },
        'OPERATOR',
      ),
    );
    const subscriber = follow(await newView(), subscribe, token);
    expect(await refusalOf(subscriber)).toBe('FORBIDDEN');
  });
});

describe('what it costs', () => {
  it('is one computation for all who follow a view, whatever they select of it', async () => {
    const id = await newView();
    const documents = [FOLLOW, `subscription ($id: ID!) { metricViewUpdated(id: $id) { asOf } }`];
    const all = Array.from({ length: 30 }, (_, i) =>
      overWebSocket(server, server.keys.integrator, {
        query: documents[i % 2] ?? '',
        variables: { id },
      }),
    );
    await until('the first results', () => all.every(({ results }) => results.length === 1));
    let questions = 0;
    const stop = server.db.observe((sql) => {
      if (/from metric_view/.test(sql)) questions += 1;
    });
    await importReviews(1);
    await until('the second results', () => all.every(({ results }) => results.length === 2));
    stop();
    // The wake-up may come in the middle of a reading: then there is one more.
    expect(questions).toBeLessThanOrEqual(2);
    all.forEach((subscriber) => subscriber.stop());
  });
});

const withWriters = onPostgres ? describe : describe.skip;

/** The number of the event that a position in the feed stands behind. */
const seqOf = (position: string): number => Buffer.from(position, 'base64url').readUIntBE(24, 6);

withWriters('while five write', () => {
  const WRITERS = 5;
  const REVIEWS_EACH = 120;

  it('three views have every number exact at its position, at most once a second, and the last equals the query', async () => {
    const ids = [
      await newView(['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE', 'RESPONSE_RATE'], {
        granularity: 'DAY',
        compare: true,
      }),
      await newView(['REVIEW_COUNT', 'REPUTATION_SCORE'], { dimensions: ['LOCATION'] }),
      await newView(['REVIEW_COUNT', 'RESPONSE_TIME_P50'], { dimensions: ['SOURCE', 'SENTIMENT'] }),
    ];
    const { feedPosition } = await server.query('{ feedPosition }');
    const before = await server.query(ASK, { id: ids[0] });
    const baseSeq = seqOf(feedPosition);
    const baseCount = countOf(before.metricView.result);
    const times = new Map<string, number[]>(ids.map((id) => [id, []]));
    const followed = ids.map((id) => ({ id, subscriber: follow(id) }));
    const clock = setInterval(() => {
      for (const { id, subscriber } of followed) {
        const own = times.get(id) ?? [];
        while (own.length < subscriber.results.length) own.push(performance.now());
      }
    }, 5);
    await until('all have begun', () => followed.every(({ subscriber }) => lastOf(subscriber)));
    const begun = performance.now();
    // Locations are there already, so that one review is one event.
    await Promise.all(
      Array.from({ length: WRITERS }, async () => {
        for (let i = 0; i < REVIEWS_EACH; i++) await importReviews(1);
      }),
    );
    const seconds = (performance.now() - begun) / 1000;
    const total = baseCount + WRITERS * REVIEWS_EACH;
    await until('all have the last', () =>
      followed.every(({ subscriber }) => countOf(lastOf(subscriber)) === total),
    );
    clearInterval(clock);
    for (const { id, subscriber } of followed) {
      for (const result of resultsOf(subscriber)) {
        const events = seqOf(result.feedPosition) - baseSeq;
        expect({ id, count: countOf(result) }).toEqual({ id, count: baseCount + events });
      }
      const { metricView } = await server.query(ASK, { id });
      expect(lastOf(subscriber)).toEqual(metricView.result);
      expect(subscriber.results.length).toBeLessThanOrEqual(Math.ceil(seconds) + 3);
      const own = times.get(id) ?? [];
      const gaps = own.slice(1).map((time, i) => time - (own[i] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThan(900);
      expect(subscriber.results.length).toBeGreaterThan(2);
      subscriber.stop();
    }
  }, 60_000);
});
