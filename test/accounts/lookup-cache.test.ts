import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { LookupCache } from '../../src/modules/accounts/lookup-cache.ts';

interface Thing {
  name: string;
}

/** A source of things whose answers can be held back. */
function source(things: Record<string, Thing>) {
  let loads = 0;
  const held: (() => void)[] = [];
  let holding = false;
  return {
    things,
    get loads() {
      return loads;
    },
    hold() {
      holding = true;
    },
    letGo() {
      holding = false;
      for (const go of held.splice(0)) go();
    },
    async load(key: string): Promise<Thing | null> {
      loads++;
      const answer = things[key] ?? null;
      if (holding) await new Promise<void>((go) => void held.push(go));
      return answer;
    },
  };
}

function cacheOf(from: ReturnType<typeof source>, ttlMs = 60_000, limit = 100) {
  return new LookupCache<Thing>({ load: (key) => from.load(key), ttlMs, limit });
}

describe('the cache before a look-up', () => {
  it('asks once for what exists and once for what does not', async () => {
    const from = source({ a: { name: 'a' } });
    const cache = cacheOf(from);
    for (let i = 0; i < 3; i++) {
      expect(await cache.get('a')).toEqual({ name: 'a' });
      expect(await cache.get('x')).toBeNull();
    }
    expect(from.loads).toBe(2);
  });

  it('asks once for many who come together', async () => {
    const from = source({ a: { name: 'a' } });
    const cache = cacheOf(from);
    await Promise.all(Array.from({ length: 20 }, () => cache.get('a')));
    expect(from.loads).toBe(1);
  });

  it('asks again after the time is over, and each time where the time is 0', async () => {
    const from = source({ a: { name: 'a' } });
    const cache = cacheOf(from, 20);
    await cache.get('a');
    await cache.get('x');
    await pause(40);
    await cache.get('a');
    await cache.get('x');
    expect(from.loads).toBe(4);
    const none = cacheOf(from, 0);
    await none.get('a');
    await none.get('a');
    expect(from.loads).toBe(6);
  });

  it('does not keep, and does not give, what was read before an eviction', async () => {
    const from = source({ a: { name: 'old' } });
    const cache = cacheOf(from);
    from.hold();
    const asked = cache.get('a');
    from.things['a'] = { name: 'new' };
    cache.evict((thing) => thing.name === 'old');
    from.letGo();
    expect(await asked).toEqual({ name: 'new' });
    expect(await cache.get('a')).toEqual({ name: 'new' });
    expect(from.loads).toBe(2);
  });

  it('gives an answer even where evictions never stop', async () => {
    const from = source({ a: { name: 'a' } });
    const cache: LookupCache<Thing> = new LookupCache<Thing>({
      load: async (key) => {
        cache.evict(() => false);
        return await from.load(key);
      },
      ttlMs: 60_000,
      limit: 100,
    });
    expect(await cache.get('a')).toEqual({ name: 'a' });
    expect(cache.size).toEqual({ known: 0, unknown: 0 });
  });

  it('forgets what matches and what did not exist, and keeps the rest', async () => {
    const from = source({ a: { name: 'a' }, b: { name: 'b' } });
    const cache = cacheOf(from);
    for (const key of ['a', 'b', 'x']) await cache.get(key);
    cache.evict((thing) => thing.name === 'a');
    expect(cache.size).toEqual({ known: 1, unknown: 0 });
    for (const key of ['a', 'b', 'x']) await cache.get(key);
    expect(from.loads).toBe(5);
  });

  it('is bounded, and a flood of what does not exist pushes nothing out that does', async () => {
    const from = source({ a: { name: 'a' } });
    const cache = cacheOf(from, 60_000, 10);
    await cache.get('a');
    for (let i = 0; i < 1_000; i++) await cache.get(`invented-${i}`);
    expect(cache.size).toEqual({ known: 1, unknown: 10 });
    await cache.get('a');
    expect(from.loads).toBe(1_001);
  });

  it('does not keep a failure', async () => {
    let fails = true;
    const cache = new LookupCache<Thing>({
      load: async () => {
        if (fails) throw new Error('down');
        return { name: 'a' };
      },
      ttlMs: 60_000,
      limit: 10,
    });
    await expect(cache.get('a')).rejects.toThrow('down');
    fails = false;
    expect(await cache.get('a')).toEqual({ name: 'a' });
  });
});
