import type { Call, Post, Step } from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { headerOf, HttpConnection } from './http-connection.ts';

export interface LoadResult {
  readonly operations: number;
  readonly seconds: number;
  /** Milliseconds of each operation, sorted. */
  readonly latencies: readonly number[];
}

export interface LoadOptions {
  readonly url: string;
  readonly keys: Dataset['keys'];
  readonly connections: number;
  readonly milliseconds: number;
  /** Goes on beyond that time until so many operations are done. */
  readonly leastOperations?: number;
  /** In all, where it goes on for `leastOperations`. */
  readonly mostMilliseconds?: number;
  readonly next: () => Promise<readonly Step[]> | readonly Step[];
  /** Without it, an error ends the run. */
  readonly onError?: (error: Error) => void;
}

const ERROR = Buffer.from('"errors":[');
/** An expected failure of a mutation of Antiphon's. */
const REFUSED = Buffer.from('"userErrors":[{');

/** What a browser keeps of an answer, by the address and the server that gave it. */
const kept = new Map<string, { readonly etag: string; readonly answer: Buffer }>();

/** A keep-alive connection that makes one call at a time; one that was closed is opened again. */
class Connection {
  readonly #url: string;
  readonly #host: string;
  readonly #keys: Dataset['keys'];
  #http: HttpConnection | null = null;

  constructor(url: string, keys: Dataset['keys']) {
    this.#url = url;
    this.#host = new URL(url).host;
    this.#keys = keys;
  }

  /** @throws Error where the answer is not one, or has errors */
  async call(call: Call): Promise<Buffer> {
    const known = call.isConditional ? kept.get(this.#url + call.path) : undefined;
    if (!this.#http?.isOpen) this.#http = await HttpConnection.open(this.#url);
    const { status, head, body } = await this.#http.send(this.#requestOf(call, known?.etag));
    if (known && status === 304) return known.answer;
    const etag = call.isConditional ? headerOf(head, 'etag') : null;
    if (etag !== null) kept.set(this.#url + call.path, { etag, answer: body });
    if (status !== 200 || body.includes(ERROR) || body.includes(REFUSED)) {
      throw new Error(`${call.path} answered ${status}: ${body.toString().slice(0, 1_000)}`);
    }
    return body;
  }

  #requestOf({ path, key, body }: Call, etag: string | undefined): string {
    const head =
      `${body === null ? 'GET' : 'POST'} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n` +
      `accept: application/json\r\nauthorization: Bearer ${this.#keys[key]}\r\n` +
      (etag === undefined ? '' : `if-none-match: ${etag}\r\n`);
    if (body === null) return `${head}\r\n`;
    const length = Buffer.byteLength(body);
    return `${head}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
  }

  /** One operation: its calls one after the other. Answers are parsed only where the next call needs them. */
  async operate(steps: readonly Step[]): Promise<void> {
    let previous: Buffer | undefined;
    for (const step of steps) {
      const call =
        typeof step === 'function' ? step(JSON.parse(previous?.toString() ?? 'null')) : step;
      previous = await this.call(call);
    }
  }

  close(): void {
    this.#http?.close();
  }
}

/** Runs operations on so many connections for so many milliseconds; those under way are finished. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { url, keys, next, onError } = options;
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + options.milliseconds;
  const { leastOperations = 0, mostMilliseconds = 0 } = options;
  const isDue = (now: number) =>
    now < until || (latencies.length < leastOperations && now < started + mostMilliseconds);
  const workers = Array.from({ length: options.connections }, async () => {
    const connection = new Connection(url, keys);
    try {
      while (isDue(performance.now())) {
        const steps = await next();
        const begun = performance.now();
        try {
          await connection.operate(steps);
          latencies.push(performance.now() - begun);
        } catch (error) {
          if (onError === undefined) throw error;
          onError(error as Error);
        }
      }
    } finally {
      connection.close();
    }
  });
  await Promise.all(workers);
  const seconds = (performance.now() - started) / 1_000;
  latencies.sort((a, b) => a - b);
  return { operations: latencies.length, seconds, latencies };
}

/** So many operations, one after the other. */
export async function runOperations(
  { url, keys, next }: Pick<LoadOptions, 'url' | 'keys' | 'next'>,
  count: number,
): Promise<void> {
  const connection = new Connection(url, keys);
  try {
    for (let n = 0; n < count; n++) await connection.operate(await next());
  } finally {
    connection.close();
  }
}

/** Single calls outside of the measurement. */
export function openPost(url: string, keys: Dataset['keys']): { post: Post; close: () => void } {
  const connection = new Connection(url, keys);
  return {
    post: async (call) => JSON.parse((await connection.call(call)).toString()) as unknown,
    close: () => connection.close(),
  };
}
