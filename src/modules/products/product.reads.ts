import type { Condition } from '../../db/read/conditions.ts';
import { column, Noun, type Reader, withId } from '../../db/read/noun.ts';
import { oneOf } from '../../graphql/arguments.ts';
import { decodeId } from '../../graphql/ids.ts';
import { convertedId } from '../noun-fields.ts';

export const productNoun = new Noun({
  type: 'Product',
  table: 'product',
  alias: 'p',
  types: { created_at: 'timestamptz', updated_at: 'timestamptz' },
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

/** One product, by one of its keys. */
export interface ProductChoice {
  id?: string | null | undefined;
  externalId?: string | null | undefined;
}

export function productBy({ id, externalId }: ProductChoice): Condition {
  const by = oneOf({ id, externalId });
  return by.name === 'id'
    ? withId(productNoun, decodeId('Product', by.value))
    : (bindings) => [`p.external_id = ${bindings.bind(by.value)}::text`];
}

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
