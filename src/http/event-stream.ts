import type { ServerResponse } from 'node:http';

/**
 * The body of an event stream. Writes wait for the reader; a reader that takes nothing for too long
 * is cut off, to come back with its last cursor.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #stallTimeoutMs: number;
  readonly #started = Promise.withResolvers<void>();

  constructor(response: ServerResponse, stallTimeoutMs: number) {
    this.#response = response;
    this.#stallTimeoutMs = stallTimeoutMs;
    response.once('close', () => this.#started.resolve());
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#response.writeHead(status, headers);
    this.#started.resolve();
  }

  /** One result, as JSON; resolves when it has gone out, or can no longer. */
  async next(result: string): Promise<void> {
    await this.#started.promise;
    await this.write(`event: next\ndata: ${result}\n\n`);
  }

  async write(text: string): Promise<void> {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    const gone = Promise.withResolvers<void>();
    const stalled = setTimeout(() => response.destroy(), this.#stallTimeoutMs).unref();
    response.once('close', gone.resolve);
    response.write(text, () => gone.resolve());
    await gone.promise;
    response.off('close', gone.resolve);
    clearTimeout(stalled);
  }

  end(): void {
    this.#response.end();
  }

  /** Without the event that says that all is complete: the reader then comes back. */
  cut(): void {
    this.#response.destroy();
  }
}
