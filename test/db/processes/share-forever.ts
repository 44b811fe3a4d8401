// Opens the database of the URL, or else the embedded one in the directory given, and writes in sixteen
// places at once, by units that are shared, two rows of one name by each write, saying the name when
// it is committed, until it is ended.
import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../../src/db/database.ts';
import { sharedUnits } from '../../../src/graphql/shared-units.ts';

const [organizationId = '', place = ''] = process.argv.slice(2);
const db = await openDatabase(place.startsWith('postgres') ? { url: place } : { dataDir: place });
const INSERT = `insert into product (organization_id, id, external_id, name, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $5)`;

async function writeForever(writer: number): Promise<never> {
  for (let n = 1; ; n++) {
    const name = `${writer}.${n}`;
    await sharedUnits(db).run(organizationId, async (uow) => {
      for (const half of ['a', 'b']) {
        const values = [organizationId, randomUUID(), `${name}${half}`, name, uow.now];
        await uow.execute(INSERT, values);
      }
    });
    process.stdout.write(`${name}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, writer) => writeForever(writer)));
