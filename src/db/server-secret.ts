import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';

const BYTES = 32;

/** Read once by each process: a secret that is to be replaced needs its processes replaced, too. */
const secrets = new WeakMap<Database, Map<string, Promise<Uint8Array>>>();

/**
 * A secret of this installation, the same for all its processes: made when it is first asked for,
 * and kept in the database, where no unit of work can see it. What is signed with it is worth
 * nothing elsewhere.
 */
export function serverSecret(db: Database, name: string): Promise<Uint8Array> {
  const known = secrets.get(db) ?? new Map<string, Promise<Uint8Array>>();
  secrets.set(db, known);
  let secret = known.get(name);
  if (secret === undefined) {
    secret = ensureSecret(db, name).catch((error: unknown) => {
      known.delete(name);
      throw error;
    });
    known.set(name, secret);
  }
  return secret;
}

async function ensureSecret(db: Database, name: string): Promise<Uint8Array> {
  // Of rivals that make it at once, one is kept, and all read that.
  await db.system(
    `insert into server_secret (name, secret, created_at) values ($1, $2, clock_timestamp())
     on conflict (name) do nothing`,
    [name, randomBytes(BYTES)],
  );
  const [row] = await db.system<{ secret: Uint8Array }>(
    'select secret from server_secret where name = $1',
    [name],
  );
  if (row === undefined) throw new Error(`The secret ${name} is gone`);
  return row.secret;
}
