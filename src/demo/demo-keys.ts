import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const demoKeysSchema = z.object({
  storefront: z.string(),
  integrator: z.string(),
  admin: z.string(),
});

/** The tokens of the demo's keys; what each may do is told where they are made. */
export type DemoKeyTokens = Readonly<z.infer<typeof demoKeysSchema>>;

/** Where every start finds them again: the database itself keeps only hashes of keys. */
export function demoKeysPath(dataDir: string): string {
  return join(dataDir, 'demo-keys.json');
}

/** @returns null where there are none, or the file is damaged: then new ones are made */
export async function readDemoKeys(dataDir: string): Promise<DemoKeyTokens | null> {
  let content: string;
  try {
    content = await readFile(demoKeysPath(dataDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return demoKeysSchema.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

/** Readable by this user alone; whole or not at all. */
export async function writeDemoKeys(dataDir: string, keys: DemoKeyTokens): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = demoKeysPath(dataDir);
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
}
