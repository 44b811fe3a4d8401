// Opens the embedded database in the directory given, starting from the snapshot if one is given, and writes one row after the other, saying
// the number of each when it is committed, until it is ended.
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { openDatabase } from '../../../src/db/database.ts';
import { migrate } from '../../../src/db/migrate.ts';

const [dataDir, snapshotFile] = process.argv.slice(2);
const snapshot = snapshotFile === undefined ? undefined : await openAsBlob(snapshotFile);
const db = await openDatabase({ dataDir, snapshot });
process.stdout.write('opened\n');
await migrate(db);
const organizationId = randomUUID();
await db.unitOfWork(organizationId, (uow) =>
  uow.execute(`insert into organization (id, slug, name, created_at) values ($1, $2, 'o', $3)`, [
    organizationId,
    `o-${organizationId}`,
    uow.now,
  ]),
);
for (let n = 1; ; n++) {
  await db.unitOfWork(organizationId, (uow) =>
    uow.execute(
      `insert into product (organization_id, id, external_id, name, created_at, updated_at)
       values ($1, $2, $3, repeat('x', 2000), $4, $4)`,
      [organizationId, randomUUID(), String(n), uow.now],
    ),
  );
  process.stdout.write(`${n}\n`);
}
