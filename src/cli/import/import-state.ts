import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** How far an import has come: what stands in the state file. */
const stateSchema = z.strictObject({
  version: z.literal(1),
  /** What is imported from where to where and how: another one begins anew. */
  identity: z.string(),
  /** Rows from the beginning of the file whose outcome is known. */
  rows: z.int().nonnegative(),
  /** Of them rejected. */
  rejected: z.int().nonnegative(),
  /** The length of the file of rejected rows that goes with it, in bytes. */
  rejectedBytes: z.int().nonnegative(),
});
export type ImportProgress = Omit<z.infer<typeof stateSchema>, 'version' | 'identity'>;

export const AT_THE_BEGINNING: ImportProgress = { rows: 0, rejected: 0, rejectedBytes: 0 };

/**
 * Remembers in a file how far an import has come, so that the next run goes on there. Losing the
 * file costs time only: rows that are sent again are found unchanged.
 */
export class ImportState {
  readonly path: string;
  readonly #identity: string;

  /** @param identity everything that has to be the same for going on to make sense */
  constructor(path: string, identity: unknown) {
    this.path = path;
    this.#identity = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  }

  /** Where an earlier run stopped; null where there is none, or one of another import. */
  async load(): Promise<ImportProgress | null> {
    let content: string;
    try {
      content = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const parsed = stateSchema.safeParse(parseJson(content));
    if (!parsed.success || parsed.data.identity !== this.#identity) return null;
    const { rows, rejected, rejectedBytes } = parsed.data;
    return { rows, rejected, rejectedBytes };
  }

  /** Whole or not at all: a crash leaves the earlier state. */
  async save(progress: ImportProgress): Promise<void> {
    const draft = `${this.path}.${process.pid}.tmp`;
    const content = { version: 1, identity: this.#identity, ...progress };
    await writeFile(draft, `${JSON.stringify(content)}\n`);
    await rename(draft, this.path);
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
