import { describe, expect, it } from '@jest/globals';
import { newId } from '../../src/db/new-id.ts';

describe('ids of new rows', () => {
  const ids = Array.from({ length: 20_000 }, newId);

  it('are UUIDs of version 7, of now', () => {
    const started = Date.now();
    const id = newId();

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const msecs = parseInt(id.replace('-', '').slice(0, 12), 16);
    expect(msecs).toBeGreaterThanOrEqual(started - 1_000);
    expect(msecs).toBeLessThanOrEqual(Date.now());
  });

  it('are in the order in which they were made, within a millisecond too', () => {
    expect([...ids].sort()).toEqual(ids);
  });

  it('end at random, and differ', () => {
    expect(new Set(ids.map((id) => id.slice(-10))).size).toBe(ids.length);
  });
});
