import { Client } from 'undici';
import type { Call, Post, Step } from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';

export interface LoadResult {
  readonly operations: number;
  readonly seconds: number;
  /** Milliseconds of each operation, sorted. */
  readonly latencies: readonly number[];
}

const ERROR = Buffer.from('"errors":[');
/** An expected failure of a mutation of Antiphon's. */
const REFUSED = Buffer.from('"userErrors":[{');

/** A keep-alive connection that makes one call at a time. */
class Connection {
  readonly #client: Client;
  readonly #keys: Dataset['keys'];

  constructor(url: string, keys: Dataset['keys']) {
    this.#client = new Client(url, { pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });
    this.#keys = keys;
  }

  /** @throws Error where the answer is not one, or has errors */
  async call({ path, key, body }: Call): Promise<Buffer> {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${this.#keys[key]}`,
    };
    const response = await this.#client.request({ method: 'POST', path, headers, body });
    const answer = Buffer.from(await response.body.arrayBuffer());
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
export async function runLoad(options: {
  readonly url: string;
  readonly keys: Dataset['keys'];
  readonly connections: number;
  readonly milliseconds: number;
  readonly next: () => Promise<readonly Step[]> | readonly Step[];
}): Promise<LoadResult> {
  const { url, keys, next } = options;
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + options.milliseconds;
  const workers = Array.from({ length: options.connections }, async () => {
    const connection = new Connection(url, keys);
    try {
      while (performance.now() < until) {
        const steps = await next();
        const begun = performance.now();
        await connection.operate(steps);
        latencies.push(performance.now() - begun);
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
