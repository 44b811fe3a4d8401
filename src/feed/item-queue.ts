import type { Item } from './runtime.ts';

const USED: readonly never[] = [];
const MAX_USED = 1_000;

/**
 * First in, first out, of batches that many queues share: putting one in costs the same whatever
 * its length, and copies nothing.
 */
export class ItemQueue<T> {
  #batches: ReadonlyArray<Item<T>>[] = [];
  /** Where the next item is: the batch, and the position in it. */
  #batchIndex = 0;
  #itemIndex = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The seq of the item that is next. */
  get firstSeq(): number | undefined {
    return this.#batches[this.#batchIndex]?.[this.#itemIndex]?.seq;
  }

  push(items: ReadonlyArray<Item<T>>): void {
    if (items.length === 0) return;
    this.#batches.push(items);
    this.#size += items.length;
  }

  shift(): Item<T> | undefined {
    const batch = this.#batches[this.#batchIndex];
    const item = batch?.[this.#itemIndex];
    if (batch === undefined || item === undefined) return undefined;
    this.#size -= 1;
    this.#itemIndex += 1;
    if (this.#itemIndex === batch.length) this.#nextBatch();
    return item;
  }

  clear(): void {
    this.#batches = [];
    this.#batchIndex = 0;
    this.#itemIndex = 0;
    this.#size = 0;
  }

  #nextBatch(): void {
    this.#batches[this.#batchIndex] = USED;
    this.#batchIndex += 1;
    this.#itemIndex = 0;
    if (this.#batchIndex < MAX_USED && this.#batchIndex < this.#batches.length) return;
    this.#batches = this.#batches.slice(this.#batchIndex);
    this.#batchIndex = 0;
  }
}
