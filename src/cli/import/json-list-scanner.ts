import { MAX_ROW_BYTES } from './source-row.ts';

/** An element of the list, as it stands in the file. */
export interface ScannedElement {
  readonly bytes: Buffer;
  /** Longer than a row may be: `bytes` is only its beginning. */
  readonly cut: boolean;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LIST_START = 0x5b;
const OPENING = new Set([LIST_START, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** `{ "key": [ element`: two brackets are open around an element. */
const LIST_DEPTH = 2;

/**
 * Finds the elements of one list of a JSON file of any size, `{"key": [ … ], …}`, without holding
 * the file in memory: it follows brackets and strings only, and leaves each element to be parsed by
 * itself, so that one broken element does not spoil the others.
 */
export class JsonListScanner {
  readonly #wantedKey: string;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The string at the top level that was read last, and the key that it turned out to be. */
  #topString: number[] = [];
  #topKey = '';
  #inList = false;
  #inElement = false;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #found: ScannedElement[] = [];
  #foundList = false;

  constructor(key: string) {
    this.#wantedKey = key;
  }

  /** Whether the list was there at all. */
  get foundList(): boolean {
    return this.#foundList;
  }

  /** Whether every bracket was closed again: false for a file that was cut off. */
  get isComplete(): boolean {
    return this.#depth === 0 && !this.#inString;
  }

  /** @returns the elements that end in this chunk */
  push(chunk: Buffer): ScannedElement[] {
    this.#found = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#inString) {
        this.#followString(byte);
      } else if (this.#inElement && this.#depth === LIST_DEPTH && endsElement(byte)) {
        this.#keep(chunk.subarray(start, at));
        this.#finishElement();
        this.#follow(byte);
      } else {
        if (!this.#inElement && this.#startsElement(byte)) {
          this.#inElement = true;
          start = at;
        }
        this.#follow(byte);
      }
    }
    if (this.#inElement) this.#keep(chunk.subarray(start));
    return this.#found;
  }

  #startsElement(byte: number): boolean {
    return (
      this.#inList && this.#depth === LIST_DEPTH && !endsElement(byte) && !WHITESPACE.has(byte)
    );
  }

  #followString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
    if (this.#depth === 1 && this.#topString.length <= this.#wantedKey.length) {
      this.#topString.push(byte);
    }
  }

  #follow(byte: number): void {
    if (byte === QUOTE) {
      this.#inString = true;
      if (this.#depth === 1) this.#topString = [];
    } else if (byte === COLON && this.#depth === 1) {
      this.#topKey = Buffer.from(this.#topString).toString();
    } else if (OPENING.has(byte)) {
      this.#depth += 1;
      if (this.#depth === LIST_DEPTH) this.#enter(byte);
    } else if (CLOSING.has(byte)) {
      if (this.#depth === LIST_DEPTH) this.#inList = false;
      this.#depth -= 1;
    }
  }

  #enter(byte: number): void {
    // The string was kept with its closing quote.
    this.#inList = byte === LIST_START && this.#topKey === `${this.#wantedKey}"`;
    this.#foundList ||= this.#inList;
  }

  #keep(part: Buffer): void {
    if (this.#partBytes <= MAX_ROW_BYTES) {
      this.#parts.push(part.subarray(0, MAX_ROW_BYTES + 1 - this.#partBytes));
    }
    this.#partBytes += part.length;
  }

  #finishElement(): void {
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#found.push({ bytes, cut: this.#partBytes > MAX_ROW_BYTES });
    this.#inElement = false;
    this.#parts = [];
    this.#partBytes = 0;
  }
}

function endsElement(byte: number): boolean {
  return byte === COMMA || CLOSING.has(byte);
}
