import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { EmbeddedLockContent } from './embedded-lock.ts';

const lockContent: z.ZodType<EmbeddedLockContent> = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  processStart: z.string().nullable(),
  nonce: z.string().regex(/^[\w-]+$/),
  startedAt: z.string(),
  url: z.string().nullable(),
  token: z.string().nullable(),
});

/** Null where there is no lock file, 'unreadable' where nobody of ours has written it. */
export async function readLockFile(
  path: string,
): Promise<EmbeddedLockContent | 'unreadable' | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return parseLock(text) ?? 'unreadable';
}

function parseLock(text: string): EmbeddedLockContent | undefined {
  try {
    return lockContent.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not even JSON
  }
}
