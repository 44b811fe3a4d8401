import { describe, expect, it } from '@jest/globals';
import { decodeCursor } from '../../src/feed/cursor.ts';
import { FeedError } from '../../src/feed/errors.ts';
import { feedHead } from '../../src/feed/log.ts';
import { failureOf, HubRig } from './hub-rig.ts';
import { range, seqItems, seqSpec, take } from './support.ts';

const rig = new HubRig();

describe('a cohort', () => {
  it('produces once per batch for all its members', async () => {
    const batches: number[][] = [];
    const spec = seqSpec(rig.organizationId, {
      produce: async (events) => {
        batches.push(events.map(({ seq }) => seq));
        return seqItems(events);
      },
    });
    const members = range(1, 50).map(() => rig.hub.subscribe(spec, null));
    await rig.live(50);
    const readsBefore = rig.hub.stats().liveReads;
    await rig.commit(10);
    const received = await Promise.all(members.map((member) => take(member, 10)));
    expect(received).toEqual(Array(50).fill(range(1, 10)));
    expect(batches).toEqual([range(1, 10)]);
    expect(rig.hub.stats().liveReads - readsBefore).toBe(1);
  });

  it('shares the reads of new events with the other cohorts of its organization', async () => {
    const members = range(1, 20).map((n) =>
      rig.hub.subscribe(seqSpec(rig.organizationId, { key: `cohort ${n}` }), null),
    );
    await rig.live(20);
    const before = rig.hub.stats();
    await rig.commit(4);
    await Promise.all(members.map((member) => take(member, 4)));
    const after = rig.hub.stats();
    expect(after.liveReads - before.liveReads).toBe(1);
    expect(after.catchUpReads - before.catchUpReads).toBe(0);
    expect(after.produced - before.produced).toBe(20);
  });

  it('shares the catching up of members that resume from the same place', async () => {
    await rig.commit(30);
    const members = range(1, 50).map(() => rig.hub.subscribe(seqSpec(rig.organizationId), 10));
    const received = await Promise.all(members.map((member) => take(member, 20)));
    expect(received).toEqual(Array(50).fill(range(11, 30)));
    expect(rig.hub.stats().produced).toBe(1);
  });

  it('that is stuck does not hold the others back, and misses nothing', async () => {
    // More is committed meanwhile than the hub keeps in memory.
    await rig.useHub({ batchSize: 5, queueLimit: 120 });
    let letGo = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    const stuckSpec = seqSpec(rig.organizationId, {
      key: 'stuck',
      produce: async (events) => {
        await blocked;
        return seqItems(events);
      },
    });
    const stuck = rig.hub.subscribe(stuckSpec, null);
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), null);
    await rig.live(2);
    for (let commits = 0; commits < 12; commits++) await rig.commit(10);
    expect(await take(seqs, 120)).toEqual(range(1, 120));
    expect(rig.hub.stats().catchUpReads).toBe(0);
    letGo();
    expect(await take(stuck, 120)).toEqual(range(1, 120));
    expect(rig.hub.stats().catchUpReads).toBeGreaterThan(0);
  });

  it('whose produce throws ends with that error, and others live on', async () => {
    const failing = seqSpec(rig.organizationId, {
      key: 'failing',
      produce: async () => {
        throw new TypeError('cannot be produced');
      },
    });
    const ended = [rig.hub.subscribe(failing, null), rig.hub.subscribe(failing, null)];
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), null);
    await rig.live(3);
    await rig.commit();
    for (const member of ended) {
      await expect(member.next()).rejects.toThrow('cannot be produced');
      expect(await member.next()).toEqual({ value: undefined, done: true });
    }
    expect(await take(seqs, 1)).toEqual([1]);
    expect(rig.hub.stats()).toMatchObject({ members: 1, live: 1 });
    // Catching up alike.
    await expect(rig.hub.subscribe(failing, 0).next()).rejects.toThrow('cannot be produced');
  });

  it('tries again after an error of the database that passes', async () => {
    let failures = 0;
    const flaky = seqSpec(rig.organizationId, {
      produce: async (events) => {
        failures += 1;
        if (failures % 3 !== 0) {
          const cause = Object.assign(new Error('terminating connection'), { code: '57P01' });
          throw new Error('the query failed', { cause });
        }
        return seqItems(events);
      },
    });
    await rig.commit(2);
    const seqs = rig.hub.subscribe(flaky, 0);
    expect(await take(seqs, 2)).toEqual([1, 2]);
    const next = take(seqs, 1);
    await rig.live(1);
    await rig.commit();
    expect(await next).toEqual([3]);
    expect(failures).toBe(6);
  });
});

describe('a slow reader', () => {
  it('ends with the cursor to resume from, and the others are not held back', async () => {
    await rig.useHub({ batchSize: 5, queueLimit: 10 });
    const spec = seqSpec(rig.organizationId);
    const slow = rig.hub.subscribe(spec, null);
    const quick = rig.hub.subscribe(spec, null);
    await rig.live(2);
    const first = take(slow, 2);
    for (let commits = 0; commits < 6; commits++) {
      await rig.commit(5);
      await take(quick, 5);
    }
    expect(await first).toEqual([1, 2]);
    const failure = await failureOf(slow);
    expect(failure).toBeInstanceOf(FeedError);
    const { code, cursor } = failure as FeedError;
    expect(code).toBe('FEED_SLOW_READER');
    expect(rig.hub.stats()).toMatchObject({ members: 1, live: 1, slowReaders: 1 });
    const head = await feedHead(rig.db, rig.organizationId);
    const resumeAt = decodeCursor(cursor ?? '', { organizationId: rig.organizationId, head });
    expect(await take(rig.hub.subscribe(spec, resumeAt), 28)).toEqual(range(3, 30));
  });

  it('is nobody who catches up, however slowly', async () => {
    await rig.useHub({ batchSize: 5, queueLimit: 5 });
    await rig.commit(20);
    const seqs = rig.hub.subscribe(seqSpec(rig.organizationId), 0);
    const quick = rig.hub.subscribe(seqSpec(rig.organizationId), null);
    await rig.live(1);
    const received = await take(seqs, 1);
    await rig.commit(50);
    await take(quick, 50);
    received.push(...(await take(seqs, 69)));
    expect(received).toEqual(range(1, 70));
  });
});
