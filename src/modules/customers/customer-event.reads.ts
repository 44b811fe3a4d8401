import { column, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { convertedId } from '../noun-fields.ts';

export const customerEventNoun = new Noun({
  type: 'CustomerEvent',
  table: 'customer_event',
  alias: 'ce',
  types: { occurred_at: 'timestamptz', received_at: 'timestamptz' },
  fields: {
    id: convertedId('CustomerEvent'),
    kind: column('kind'),
    name: column('name'),
    channel: column('channel'),
    touchpoint: column('touchpoint'),
    externalId: column('external_id'),
    occurredAt: column('occurred_at'),
    receivedAt: column('received_at'),
    customer: relation('customer_id', 'customerKey'),
    location: relation('location_id', 'locationKey'),
  },
  // Never of a storefront, whatever way an id comes.
  publicWhen: 'false',
});

export const LATEST_EVENTS: Order = {
  name: 'LATEST',
  expression: 'ce.occurred_at',
  type: 'timestamptz',
  descending: true,
};
