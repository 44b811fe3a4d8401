import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Place, RowError } from './source-row.ts';

/** A line of the file of rejected rows. */
export interface RejectedRow extends Place {
  readonly reasons: readonly RowError[];
  /** As it stood in the imported file; only its beginning where it could not be read. */
  readonly row: unknown;
}

/** The rows that were rejected and why, one JSON object a line; there is no file without any. */
export class RejectedFile {
  readonly path: string;
  #file: FileHandle | null = null;
  #bytes: number;

  private constructor(path: string, bytes: number) {
    this.path = path;
    this.#bytes = bytes;
  }

  /**
   * @param bytes of an earlier run that are kept, when its import goes on: what that run had
   *   written beyond them belongs to rows that are sent again
   */
  static async open(path: string, bytes: number): Promise<RejectedFile> {
    const rejected = new RejectedFile(path, bytes);
    if (bytes === 0) await rm(path, { force: true });
    else await rejected.#openAt(bytes);
    return rejected;
  }

  /** The length of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  async write(rows: readonly RejectedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const file = this.#file ?? (await this.#openAt(this.#bytes));
    await file.write(lines, 0, lines.length, this.#bytes);
    this.#bytes += lines.length;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async #openAt(bytes: number): Promise<FileHandle> {
    const file = await open(this.path, bytes === 0 ? 'w' : 'r+').catch(
      (error: NodeJS.ErrnoException) => {
        // Moved away since: then its lines are where the user has put them.
        if (error.code !== 'ENOENT') throw error;
        return open(this.path, 'w');
      },
    );
    const { size } = await file.stat();
    this.#bytes = Math.min(this.#bytes, size);
    await file.truncate(this.#bytes);
    this.#file = file;
    return file;
  }
}
