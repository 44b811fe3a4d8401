import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { recordEvents, type NewFeedEvent } from '../../src/feed/events.ts';
import { feedHead, lastSeqs, pruneFeed, readEvents, readPage } from '../../src/feed/log.ts';
import { createOrganization, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { commitEvents, range } from './support.ts';

let test: TestDatabase;
let organizationId: string;
let count = 0;

beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

async function newOrganization(): Promise<string> {
  count += 1;
  organizationId = await createOrganization(test.db, { slug: `events-${count}` });
  return organizationId;
}

async function seqs(id: string = organizationId): Promise<number[]> {
  return (await readEvents(test.db, id, 0, 1_000)).map(({ seq }) => seq);
}

describe('recordEvents', () => {
  it('writes what was recorded, in that order, with the unit’s time', async () => {
    const id = await newOrganization();
    const [reviewId, responseId, locationId] = [uuidv7(), uuidv7(), uuidv7()];
    const earlier = new Date('2024-02-29T12:34:56.789Z');
    const now = await test.db.unitOfWork(id, async (uow) => {
      recordEvents(uow, [
        { kind: 'REVIEW_RECEIVED', reviewId, locationId, sentiment: 'NEGATIVE' },
        { kind: 'RESPONSE_DRAFTED', reviewId, responseId, occurredAt: earlier },
      ]);
      recordEvents(uow, []);
      recordEvents(uow, [{ kind: 'LOCATION_UPDATED', locationId }]);
      return uow.now;
    });
    const { epoch } = await feedHead(test.db, id);
    const nothing = {
      epoch,
      reviewId: null,
      responseId: null,
      locationId: null,
      productId: null,
      metricViewId: null,
      customerId: null,
      surveyResponseId: null,
      sentiment: null,
    };
    expect(await readEvents(test.db, id, 0, 10)).toEqual([
      {
        ...nothing,
        seq: 1,
        kind: 'REVIEW_RECEIVED',
        occurredAt: now,
        reviewId,
        locationId,
        sentiment: 'NEGATIVE',
      },
      {
        ...nothing,
        seq: 2,
        kind: 'RESPONSE_DRAFTED',
        occurredAt: earlier,
        reviewId,
        responseId,
      },
      { ...nothing, seq: 3, kind: 'LOCATION_UPDATED', occurredAt: now, locationId },
    ]);
  });

  it('numbers each organization by itself, without gaps', async () => {
    const first = await newOrganization();
    const second = await newOrganization();
    await commitEvents(test.db, first, { count: 3 });
    await commitEvents(test.db, second, { count: 1 });
    await commitEvents(test.db, first, { count: 2 });
    expect(await seqs(first)).toEqual(range(1, 5));
    expect(await seqs(second)).toEqual([1]);
    expect(await lastSeqs(test.db, [first, second])).toEqual(
      expect.arrayContaining([
        { organizationId: first, lastSeq: 5 },
        { organizationId: second, lastSeq: 1 },
      ]),
    );
  });

  it('gives the numbers of a rolled-back unit to the next', async () => {
    const id = await newOrganization();
    await commitEvents(test.db, id, { count: 2 });
    const failing = test.db.unitOfWork(id, async (uow) => {
      recordEvents(uow, [{ kind: 'REVIEW_RECEIVED' }]);
      uow.beforeCommit(async () => {
        throw new Error('no');
      });
    });
    await expect(failing).rejects.toThrow('no');
    await commitEvents(test.db, id);
    expect(await seqs()).toEqual(range(1, 3));
  });

  it('writes one statement, after all else of the unit', async () => {
    const id = await newOrganization();
    const statements: string[] = [];
    const stop = test.db.observe((sql) => statements.push(sql));
    await test.db.unitOfWork(id, async (uow) => {
      recordEvents(uow, [{ kind: 'REVIEW_RECEIVED' }]);
      uow.beforeCommit(async () => {
        await uow.execute('select 1');
        recordEvents(uow, [{ kind: 'REVIEW_UPDATED' }]);
      });
      await uow.execute('select 2');
    });
    stop();
    expect(statements.map((sql) => /select [12]$|update feed_counter/.exec(sql)?.[0])).toEqual([
      'select 2',
      'select 1',
      'update feed_counter',
    ]);
    expect(await seqs()).toEqual([1, 2]);
  });

  it('takes as many as an import brings', async () => {
    const id = await newOrganization();
    const events: NewFeedEvent[] = range(1, 5_000).map(() => ({ kind: 'REVIEW_RECEIVED' }));
    await test.db.unitOfWork(id, async (uow) => recordEvents(uow, events));
    expect((await feedHead(test.db, id)).lastSeq).toBe(5_000);
  });

  it('fails where the organization has no feed, and writes nothing', async () => {
    const id = uuidv7();
    await expect(commitEvents(test.db, id)).rejects.toThrow(/has no feed/);
    await expect(feedHead(test.db, id)).rejects.toThrow(/has no feed/);
  });
});

describe('reading', () => {
  it('selects kinds, and knows how far it has looked', async () => {
    const id = await newOrganization();
    for (const kind of ['REVIEW_RECEIVED', 'LOCATION_CREATED', 'REVIEW_RECEIVED'] as const) {
      await commitEvents(test.db, id, { count: 2, kind });
    }
    const kinds = ['LOCATION_CREATED'] as const;
    const read = async (afterSeq: number, limit: number, span: number) => {
      const page = await readPage(test.db, id, { afterSeq, limit, kinds, span });
      return { seqs: page.events.map(({ seq }) => seq), through: page.through };
    };
    expect(await read(0, 10, 100)).toEqual({ seqs: [3, 4], through: 6 });
    expect(await read(0, 1, 100)).toEqual({ seqs: [3], through: 3 });
    expect(await read(0, 10, 3)).toEqual({ seqs: [3], through: 3 });
    expect(await read(4, 10, 1)).toEqual({ seqs: [], through: 5 });
    expect(await read(6, 10, 100)).toEqual({ seqs: [], through: 6 });
    const received = await readEvents(test.db, id, 1, 2, ['REVIEW_RECEIVED']);
    expect(received.map(({ seq }) => seq)).toEqual([2, 5]);
  });
});

describe('pruneFeed', () => {
  it('removes events and says so, at most up to the last', async () => {
    const id = await newOrganization();
    await commitEvents(test.db, id, { count: 10 });
    const prune = (seq: number) => test.db.unitOfWork(id, (uow) => pruneFeed(uow, seq));
    expect(await prune(4)).toBe(4);
    expect(await feedHead(test.db, id)).toMatchObject({ lastSeq: 10, prunedSeq: 4 });
    expect(await prune(2)).toBe(0);
    expect(await feedHead(test.db, id)).toMatchObject({ prunedSeq: 4 });
    expect(await seqs()).toEqual(range(5, 10));
    expect(await prune(1_000)).toBe(6);
    expect(await feedHead(test.db, id)).toMatchObject({ lastSeq: 10, prunedSeq: 10 });
    await commitEvents(test.db, id);
    expect(await seqs()).toEqual([11]);
  });
});
