import type pg from 'pg';
import type { KeyKind } from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';

/** One thing that all contenders are asked. */
export interface Question<Variables> {
  readonly name: string;
  readonly title: string;
  readonly key: KeyKind;
  /** Connections, where the usual number makes no sense. */
  readonly connections?: number;
  /** Measured for a fifth of the time: one of many. */
  readonly isBrief?: boolean;
  /** What one operation counts, where that is not one: such as the rows of an import. */
  readonly unit?: { readonly name: string; readonly perOperation: number };
  /** Random variables, the same ones for each contender. A write gets new ones for each operation. */
  readonly variables: (client: pg.Client, dataset: Dataset) => Promise<() => Variables>;
  /** For a write: what it has left in the tables, which has to be equal as well. */
  readonly written?: (
    client: pg.Client,
    dataset: Dataset,
    variables: Variables,
  ) => Promise<unknown>;
}

/** Random numbers from a seed (mulberry32), so that every contender gets the same ones. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the items. */
export function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** Several different ones. */
export function pickSome<Item>(
  items: readonly Item[],
  count: number,
  random: () => number,
): Item[] {
  const picked = new Set<Item>();
  const wanted = Math.min(count, items.length);
  while (picked.size < wanted) picked.add(pick(items, random));
  return [...picked];
}
