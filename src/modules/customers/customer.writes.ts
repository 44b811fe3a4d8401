import type { UnitOfWork } from '../../db/database.ts';
import { recordset } from '../../db/recordset.ts';

/** What an import can say of a customer, as the table has it. */
export interface CustomerRecord {
  readonly id: string;
  readonly external_id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: string;
  readonly time_zone: string;
  readonly signed_up_at: Date | null;
  readonly churned_at: Date | null;
}

const COLUMNS = {
  id: 'uuid',
  external_id: 'text',
  name: 'text',
  email: 'text',
  phone: 'text',
  locale: 'text',
  time_zone: 'text',
  signed_up_at: 'timestamptz',
  churned_at: 'timestamptz',
};
const NAMES = Object.keys(COLUMNS).join(', ');
const CHANGED = ['name', 'email', 'phone', 'locale', 'time_zone', 'signed_up_at', 'churned_at'];

/** The known ones of these external ids, locked until the end of the unit of work. */
export async function findCustomers(
  uow: UnitOfWork,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, CustomerRecord>> {
  const rows = await uow.execute<CustomerRecord>(
    `select ${NAMES} from customer
     where organization_id = $1 and external_id = any($2::text[]) order by id for no key update`,
    [uow.organizationId, externalIds],
  );
  return new Map(rows.map((row) => [row.external_id, row]));
}

/** The ids of those that were written; the others were created by somebody else meanwhile. */
export async function insertCustomers(
  uow: UnitOfWork,
  records: readonly CustomerRecord[],
): Promise<ReadonlySet<string>> {
  if (records.length === 0) return new Set();
  const { sql, values } = recordset(COLUMNS, inColumns(records), 'n', 3);
  const rows = await uow.execute<{ id: string }>(
    `insert into customer (organization_id, ${NAMES}, created_at, updated_at)
     select $1, n.*, $2, $2 from ${sql} order by n.external_id
     on conflict (organization_id, external_id) do nothing returning id`,
    [uow.organizationId, uow.now, ...values],
  );
  return new Set(rows.map(({ id }) => id));
}

export async function updateCustomers(
  uow: UnitOfWork,
  records: readonly CustomerRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const { sql, values } = recordset(COLUMNS, inColumns(records), 'n', 3);
  await uow.execute(
    `update customer c set ${CHANGED.map((name) => `${name} = n.${name}`).join(', ')}, updated_at = $2
     from ${sql} where c.organization_id = $1 and c.id = n.id`,
    [uow.organizationId, uow.now, ...values],
  );
}

/** An interface has no index signature, which a batch asks for. */
function inColumns(
  records: readonly CustomerRecord[],
): Record<keyof CustomerRecord, string | Date | null>[] {
  return records.map((record) => ({ ...record }));
}
