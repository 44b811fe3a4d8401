import type { UnitOfWork } from '../../db/database.ts';
import { recordset } from '../../db/recordset.ts';
import { newId } from '../../db/new-id.ts';
import { recordEvents } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import {
  importRows,
  type ImportResult,
  type IndexedRow,
  refusedImport,
  type RowResult,
} from '../../graphql/import-rows.ts';
import { checkText, checkUrl } from '../../graphql/text-checks.ts';
import { invalidValue, orUserErrors, type UserErrorData } from '../../graphql/user-error.ts';
import type { ImportProductsInput, ProductImport } from './product.input.ts';

/** Creates and updates products by external id; see the mutation `importProducts`. */
export function importProducts(
  ctx: GraphQLContext,
  input: ImportProductsInput,
): Promise<ImportResult> {
  return orUserErrors(
    () =>
      importRows<ProductImport>(ctx, {
        operation: 'importProducts',
        field: 'products',
        rows: input.products,
        dryRun: input.dryRun,
        idempotencyKey: input.idempotencyKey,
        identity: (row) => row.externalId,
        check: checkProduct,
        write: writeProducts,
      }),
    refusedImport,
  );
}

function checkProduct(row: ProductImport, path: readonly string[]): UserErrorData[] {
  const errors = [
    ...checkText(row.externalId, [...path, 'externalId'], 200, { required: true }),
    ...checkText(row.name, [...path, 'name'], 200, { required: true }),
    ...checkUrl(row.url, [...path, 'url']),
  ];
  if (row.gtin != null && !isGtin(row.gtin)) {
    const message = `"${row.gtin.slice(0, 20)}" is no GTIN: check its digits, or leave it out.`;
    errors.push(invalidValue([...path, 'gtin'], message, ['8, 12, 13 or 14 digits']));
  }
  return errors;
}

/** GS1 General Specifications 7.9: weights 3 and 1 from the right, the sum a multiple of ten. */
function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false;
  const sum = [...text]
    .reverse()
    .reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

async function writeProducts(
  uow: UnitOfWork,
  rows: readonly IndexedRow<ProductImport>[],
): Promise<RowResult[]> {
  const records = rows.map(({ row }) => ({
    id: newId(),
    external_id: row.externalId,
    name: row.name,
    gtin: row.gtin ?? null,
    url: row.url ?? null,
  }));
  const columns = { id: 'uuid', external_id: 'text', name: 'text', gtin: 'text', url: 'text' };
  const { sql, values } = recordset(columns, records, 'n', 3);
  // xmax is 0 in a row version that was inserted; a row that is as it should be is not written.
  const written = await uow.execute<{ id: string; external_id: string; created: boolean }>(
    `insert into product as p (organization_id, id, external_id, name, gtin, url, created_at, updated_at)
     select $1, n.id, n.external_id, n.name, n.gtin, n.url, $2, $2 from ${sql}
     order by n.external_id
     on conflict (organization_id, external_id) do update
       set name = excluded.name, gtin = excluded.gtin, url = excluded.url, updated_at = excluded.updated_at
       where (p.name, p.gtin, p.url) is distinct from (excluded.name, excluded.gtin, excluded.url)
     returning id, external_id, xmax = 0 as created`,
    [uow.organizationId, uow.now, ...values],
  );
  recordEvents(
    uow,
    written.map(({ id, created }) => ({
      kind: created ? ('PRODUCT_CREATED' as const) : ('PRODUCT_UPDATED' as const),
      productId: id,
    })),
  );
  const byExternalId = new Map(written.map((row) => [row.external_id, row]));
  return rows.map(({ index, row }): RowResult => {
    const own = byExternalId.get(row.externalId);
    const outcome = own === undefined ? 'UNCHANGED' : own.created ? 'CREATED' : 'UPDATED';
    return { index, outcome, key: own?.id ?? null, userErrors: [] };
  });
}

/** The ids of products by external id; unknown ones are absent. */
export async function productIds(
  uow: UnitOfWork,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (externalIds.length === 0) return new Map();
  const rows = await uow.execute<{ id: string; external_id: string }>(
    'select id, external_id from product where organization_id = $1 and external_id = any($2::text[])',
    [uow.organizationId, [...new Set(externalIds)]],
  );
  return new Map(rows.map((row) => [row.external_id, row.id]));
}
