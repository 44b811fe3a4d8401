/**
 * A list whose items the writer of an answer asks for one after the other, where to make an object of
 * each would cost more than to write it. Whoever goes through it otherwise gets an item for each.
 */
export interface InTurn<Item> extends Iterable<Item> {
  readonly length: number;
  /** An item that is this one until the next is asked for. */
  inTurn(index: number): Item;
}
