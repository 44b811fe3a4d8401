import type { UnitOfWork } from '../../db/database.ts';
import type { Reader } from '../../db/read/noun.ts';

/** Where a function reads that serves both queries and writes; a unit sees what it wrote itself. */
export type Source = UnitOfWork | Pick<Reader, 'db' | 'organizationId'>;

/** `$1` is the organization; values start at `$2`. */
export function rowsOf<Row extends object>(
  source: Source,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return 'db' in source
    ? source.db.read<Row>(source.organizationId, sql, values)
    : source.execute<Row>(sql, [source.organizationId, ...values]);
}
