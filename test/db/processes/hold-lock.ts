// Takes the lock of the directory given, says how that went, and lives until it is ended.
import { acquireEmbeddedLock, EmbeddedDatabaseInUse } from '../../../src/db/embedded-lock.ts';

const [dataDir, url] = process.argv.slice(2);
try {
  const lock = await acquireEmbeddedLock(dataDir ?? '');
  if (url !== undefined) await lock.publish({ url, token: 'ant_op_secret' });
  process.stdout.write('held\n');
  setInterval(() => undefined, 1_000);
} catch (error) {
  if (!(error instanceof EmbeddedDatabaseInUse)) throw error;
  process.stdout.write(`refused ${error.holder.pid}\n`);
}
