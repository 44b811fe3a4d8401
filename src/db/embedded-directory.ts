import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface EmbeddedDirectory {
  /** Where the database's own files are. */
  path: string;
  /** True where no database is there yet. */
  isNew: boolean;
  /** To be called when the database has opened: from then on it is kept. */
  markReady(): Promise<void>;
}

/**
 * The place of the embedded database within the data directory. A marker stands there from before
 * the first file is made until the database has opened for the first time: a first start that was
 * interrupted leaves half a database without anything of the user in it, and begins anew.
 */
export async function prepareDirectory(dataDir: string): Promise<EmbeddedDirectory> {
  const path = join(dataDir, 'database');
  const marker = join(dataDir, 'database.incomplete');
  await mkdir(dataDir, { recursive: true });
  if (await exists(marker)) await rm(path, { recursive: true, force: true });
  const isNew = !(await exists(path));
  if (isNew) await (await open(marker, 'w', 0o600)).close();
  return { path, isNew, markReady: () => rm(marker, { force: true }) };
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
