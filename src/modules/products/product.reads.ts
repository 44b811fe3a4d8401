import { column, Noun } from '../../db/read/noun.ts';
import { chosen } from '../external-ids.ts';
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

export const productBy = chosen('Product', productNoun);
