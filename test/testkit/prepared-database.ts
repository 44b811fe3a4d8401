import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const SOURCES = [
  ['../../src/db/migrations'],
  ['../../src/db', 'tenant.ts', 'orm-options.ts', 'embedded.ts'],
] as const;

interface PreparedDatabase {
  snapshotFile: string;
  templateName: string;
}

const REMEMBERED = 'ANTIPHON_TEST_PREPARED_DATABASE';

/** Where the migrated database is that the tests start from, as the global setup has made it. */
export function preparedDatabase(): PreparedDatabase {
  const remembered = process.env[REMEMBERED];
  if (remembered === undefined) throw new Error('The global setup of jest has not run');
  return JSON.parse(remembered) as PreparedDatabase;
}

/** Names the prepared database by what makes it, for all test processes of this run. */
export function rememberPreparedDatabase(): PreparedDatabase {
  const hash = createHash('sha256');
  for (const [directory, ...named] of SOURCES) {
    const path = join(import.meta.dirname, directory);
    const files = named.length > 0 ? named : readdirSync(path).sort();
    for (const file of files) hash.update(file).update(readFileSync(join(path, file)));
  }
  const id = hash.digest('hex').slice(0, 16);
  const prepared = {
    snapshotFile: join(tmpdir(), `antiphon-${userInfo().uid}-${id}.tar`),
    templateName: `antiphon_template_${id}`,
  };
  process.env[REMEMBERED] = JSON.stringify(prepared);
  return prepared;
}
