import { describe, expect, it } from '@jest/globals';
import { CursorError, decodeCursor } from '../../src/feed/cursor.ts';
import { FeedError } from '../../src/feed/errors.ts';
import { feedHead, pruneFeed } from '../../src/feed/log.ts';
import { createOrganization } from '../testkit/database.ts';
import { failureOf, HubRig } from './hub-rig.ts';
import { commitEvents, range, seqItems, seqSpec, take } from './support.ts';

const rig = new HubRig();

describe('a subscription', () => {
  it('without a cursor begins now', async () => {
    await rig.commit(3);
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), null);
    await rig.live(1);
    await rig.commit(2);
    expect(await take(seqs, 2)).toEqual([4, 5]);
  });

  it('with a cursor gets what happened since, then the live feed', async () => {
    await rig.commit(5);
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), 2);
    expect(await take(seqs, 3)).toEqual([3, 4, 5]);
    const rest = take(seqs, 2);
    await rig.live(1);
    await rig.commit();
    await rig.commit();
    expect(await rest).toEqual([6, 7]);
  });

  it('reads no further than its consumer asks while it catches up', async () => {
    await rig.useHub({ batchSize: 10 });
    await rig.commit(100);
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), 0);
    expect(rig.hub.stats()).toMatchObject({ catchUpReads: 0, members: 1, live: 0 });
    expect(await take(seqs, 10)).toEqual(range(1, 10));
    expect(rig.hub.stats()).toMatchObject({ catchUpReads: 1, live: 0 });
    expect(await take(seqs, 11)).toEqual(range(11, 21));
    expect(rig.hub.stats()).toMatchObject({ catchUpReads: 3, live: 0 });
    expect(await take(seqs, 79)).toEqual(range(22, 100));
  });

  it('gets the kinds that it asked for only, however rare', async () => {
    await rig.useHub({ batchSize: 5 });
    await commitEvents(rig.db, rig.organizationId, { count: 1_000, kind: 'LOCATION_CREATED' });
    await rig.commit();
    const produced: string[] = [];
    const seqs = rig.hub.subscribe(
      seqSpec(rig.organizationId, {
        produce: async (events) => {
          produced.push(...events.map(({ kind }) => kind));
          return seqItems(events);
        },
      }),
      0,
    );
    expect(await take(seqs, 1)).toEqual([1_001]);
    const next = take(seqs, 1);
    await rig.live(1);
    await commitEvents(rig.db, rig.organizationId, { kind: 'REVIEW_UPDATED' });
    await rig.commit();
    expect(await next).toEqual([1_003]);
    expect(produced).toEqual(['REVIEW_RECEIVED', 'REVIEW_RECEIVED']);
  });

  it('leaves out what produce leaves out', async () => {
    const even = seqSpec(rig.organizationId, {
      produce: async (events) => seqItems(events).filter(({ seq }) => seq % 2 === 0),
    });
    await rig.commit(3);
    const seqs = rig.hub.subscribe(even, 0);
    expect(await take(seqs, 1)).toEqual([2]);
    const next = take(seqs, 2);
    await rig.live(1);
    await rig.commit(3);
    expect(await next).toEqual([4, 6]);
  });

  it('answers several calls of next in their order', async () => {
    await rig.commit(2);
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), 0);
    const results = [seqs.next(), seqs.next(), seqs.next()];
    await rig.live(1);
    await rig.commit();
    expect((await Promise.all(results)).map(({ value }) => value)).toEqual([1, 2, 3]);
  });
});

describe('leaving', () => {
  it('resolves a pending next at once, wherever the member stands', async () => {
    await rig.commit();
    let letGo = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    const never = seqSpec(rig.organizationId, {
      key: 'never',
      produce: async () => {
        await blocked;
        return [];
      },
    });
    const catchingUp = rig.hub.subscribe(never, 0);
    const starting = rig.hub.subscribe(seqSpec(rig.organizationId), null);
    const following = rig.hub.subscribe(seqSpec(rig.organizationId), 1);
    const pending = [catchingUp, starting, following].map((iterator) => iterator.next());
    await starting.return?.();
    await rig.live(1);
    await catchingUp.return?.();
    await following.return?.();
    expect(await Promise.all(pending)).toEqual(Array(3).fill({ value: undefined, done: true }));
    expect(await following.next()).toEqual({ value: undefined, done: true });
    expect(rig.hub.stats()).toMatchObject({ members: 0, cohorts: 0, organizations: 0 });
    letGo();
  });

  it('by a signal is the same', async () => {
    const leaving = new AbortController();
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), null, leaving.signal);
    const pending = seqs.next();
    await rig.live(1);
    leaving.abort();
    expect(await pending).toEqual({ value: undefined, done: true });
    expect(rig.hub.stats().members).toBe(0);
    const late = rig.hub.subscribe(seqSpec(rig.organizationId), null, leaving.signal);
    expect(await late.next()).toEqual({ value: undefined, done: true });
    expect(rig.hub.stats().members).toBe(0);
  });

  it('is what breaking out of a loop does', async () => {
    await rig.commit(2);
    for await (const seq of rig.hub.subscribe(seqSpec(rig.organizationId), 0)) {
      expect(seq).toBe(1);
      break;
    }
    expect(rig.hub.stats().members).toBe(0);
  });
});

describe('a feed that does not go on', () => {
  it('from a pruned cursor is an error', async () => {
    await rig.commit(10);
    await rig.db.unitOfWork(rig.organizationId, (uow) => pruneFeed(uow, 5));
    const failure = await failureOf(rig.hub.subscribe(seqSpec(rig.organizationId), 4));
    expect(failure).toBeInstanceOf(CursorError);
    expect(failure).toMatchObject({ code: 'FEED_CURSOR_PRUNED' });
    expect(await take(rig.hub.subscribe(seqSpec(rig.organizationId), 5), 5)).toEqual(range(6, 10));
  });

  it('because it is pruned under a member that catches up is an error', async () => {
    await rig.useHub({ batchSize: 5 });
    await rig.commit(20);
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), 0);
    await take(seqs, 5);
    await rig.db.unitOfWork(rig.organizationId, (uow) => pruneFeed(uow, 15));
    expect(await failureOf(seqs)).toMatchObject({ code: 'FEED_CURSOR_PRUNED' });
  });

  it('because the place is ahead of it is an error', async () => {
    await rig.commit(2);
    const others = rig.hub.subscribe(seqSpec(rig.organizationId), 2);
    void others.next();
    await rig.live(1);
    const failure = await failureOf(rig.hub.subscribe(seqSpec(rig.organizationId), 3));
    expect(failure).toMatchObject({ code: 'FEED_CURSOR_AHEAD' });
    await others.return?.();
  });

  it('because it was begun anew ends everybody', async () => {
    await rig.commit();
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), 1);
    const failure = failureOf(seqs);
    await rig.live(1);
    await rig.db.unitOfWork(rig.organizationId, (uow) =>
      uow.execute(`update feed_counter set epoch = 'anew' where organization_id = $1`, [
        rig.organizationId,
      ]),
    );
    await rig.commit();
    expect(await failure).toMatchObject({ code: 'FEED_CURSOR_EPOCH' });
    expect(await take(rig.hub.subscribe(seqSpec(rig.organizationId), 0), 2)).toEqual([1, 2]);
  });
});

describe('a hub', () => {
  it('does nothing for organizations without subscribers', async () => {
    const other = await createOrganization(rig.db, { slug: 'hub-other' });
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), null);
    await rig.live(1);
    const before = rig.hub.stats();
    const statements: string[] = [];
    const stop = rig.db.observe((sql) => {
      if (!sql.includes('pg_notify')) statements.push(sql);
    });
    await commitEvents(rig.db, other);
    await rig.commit();
    await take(seqs, 1);
    stop();
    // The writes, and the one read of the organization that is followed.
    expect(statements.filter((sql) => sql.includes('update feed_counter'))).toHaveLength(2);
    expect(statements).toHaveLength(3);
    expect(rig.hub.stats().liveReads - before.liveReads).toBe(1);
  });

  it('that closes ends its members with the cursor to resume from', async () => {
    const { lastSeq } = await feedHead(rig.db, rig.organizationId);
    const waiting = rig.hub.subscribe(seqSpec(rig.organizationId), null);
    const pending = waiting.next().catch((error: unknown) => error);
    const idle = rig.hub.subscribe(seqSpec(rig.organizationId), lastSeq);
    await rig.live(1);
    await rig.hub.close();
    const failures = [await pending, await failureOf(idle)];
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(FeedError);
      const { code, cursor } = failure as FeedError;
      expect(code).toBe('FEED_CLOSED');
      const head = await feedHead(rig.db, rig.organizationId);
      expect(decodeCursor(cursor ?? '', { organizationId: rig.organizationId, head })).toBe(0);
    }
    expect(rig.hub.stats()).toMatchObject({ organizations: 0, cohorts: 0, members: 0 });
    const late = rig.hub.subscribe(seqSpec(rig.organizationId), null);
    await expect(late.next()).rejects.toMatchObject({ code: 'FEED_CLOSED' });
    await rig.hub.close();
  });

  it('refuses a queue that one batch would fill', () => {
    expect(() => rig.newHub({ batchSize: 10, queueLimit: 9 })).toThrow(RangeError);
  });
});
