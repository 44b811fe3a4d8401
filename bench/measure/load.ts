import { Client } from 'undici';
import type { Call, Post, Step } from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';

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
  readonly next: () => Promise<readonly Step[]> | readonly Step[];
  /** Without it, an error ends the run. */
  readonly onError?: (error: Error) => void;
}

const ERROR = Buffer.from('"errors":[');
/** An expected failure of a mutation of Antiphon's. */
const REFUSED = Buffer.from('"userErrors":[{');

/** What a browser keeps of an answer, by the address and the server that gave it. */
const kept = new Map<string, { readonly etag: string; readonly answer: Buffer }>();

/** A keep-alive connection that makes one call at a time. */
class Connection {
  readonly #client: Client;
  readonly #url: string;
  readonly #keys: Dataset['keys'];

  constructor(url: string, keys: Dataset['keys']) {
    this.#client = new Client(url, { pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });
    this.#url = url;
    this.#keys = keys;
  }

  /** @throws Error where the answer is not one, or has errors */
  async call({ path, key, body, isConditional }: Call): Promise<Buffer> {
    const known = isConditional ? kept.get(this.#url + path) : undefined;
    const headers = {
      ...(body !== null && { 'content-type': 'application/json' }),
      accept: 'application/json',
      authorization: `Bearer ${this.#keys[key]}`,
      ...(known && { 'if-none-match': known.etag }),
    };
    const method = body === null ? 'GET' : 'POST';
    const response = await this.#client.request({ method, path, headers, body });
    const answer = Buffer.from(await response.body.arrayBuffer());
    if (known && response.statusCode === 304) return known.answer;
    const { etag } = response.headers;
    if (isConditional && typeof etag === 'string') kept.set(this.#url + path, { etag, answer });
    const failed = answer.includes(ERROR) || answer.includes(REFUSED);
    if (response.statusCode !== 200 || failed) {
      throw new Error(
        `${path} answered ${response.statusCode}: ${answer.toString().slice(0, 1_000)}`,
      );
    }
    return answer;
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

  close(): Promise<void> {
    return this.#client.destroy();
  }
}

/** Runs operations on so many connections for so many milliseconds; those under way are finished. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { url, keys, next, onError } = options;
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + options.milliseconds;
  const workers = Array.from({ length: options.connections }, async () => {
    const connection = new Connection(url, keys);
    try {
      while (performance.now() < until) {
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
      await connection.close();
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
    await connection.close();
  }
}

/** Single calls outside of the measurement. */
export function openPost(
  url: string,
  keys: Dataset['keys'],
): { post: Post; close: () => Promise<void> } {
  const connection = new Connection(url, keys);
  return {
    post: async (call) => JSON.parse((await connection.call(call)).toString()) as unknown,
    close: () => connection.close(),
  };
}
