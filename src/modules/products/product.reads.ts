import { column, Noun, type Reader } from '../../db/read/noun.ts';
import { convertedId } from '../noun-fields.ts';

export const productNoun = new Noun({
  type: 'Product',
  table: 'product',
  alias: 'p',
  fields: {
    id: convertedId('Product'),
    externalId: column('external_id'),
    name: column('name'),
    gtin: column('gtin'),
    url: column('url'),
    createdAt: column('created_at'),
    updatedAt: column('updated_at'),
  },
});

/** The product with this external id, or null. */
export async function productKeyByExternalId(
  reader: Reader,
  externalId: string,
): Promise<string | null> {
  const [row] = await reader.db.read<{ id: string }>(
    reader.organizationId,
    'select p.id from product p where p.organization_id = $1 and p.external_id = $2',
    [externalId],
  );
  return row?.id ?? null;
}
