/** One event of an event stream. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
}

/**
 * Takes an event stream apart, as the HTML standard says; ids and retry times are not used here.
 * `push` takes the text as it arrives, wherever it was cut, and gives the events that it completed.
 */
export class EventStreamParser {
  /** The line that has not ended yet. */
  #rest = '';
  #type = '';
  #data: string[] = [];

  push(text: string): StreamEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): StreamEvent | null {
    if (line === '') return this.#complete();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#type = value;
    if (field === 'data') this.#data.push(value);
    return null;
  }

  /** An event without data is none: servers send comments to keep a connection open. */
  #complete(): StreamEvent | null {
    const event = { type: this.#type, data: this.#data.join('\n') };
    const isEvent = this.#data.length > 0 || this.#type === 'complete';
    this.#type = '';
    this.#data = [];
    return isEvent ? event : null;
  }
}
