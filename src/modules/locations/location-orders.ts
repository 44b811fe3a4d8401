import type { Order } from '../../db/read/page.ts';

/** Each order has an index that starts with the organization. */
export const LOCATION_ORDERS = {
  NAME: { name: 'NAME', expression: 'l.name', type: 'text', descending: false },
  NAME_DESC: { name: 'NAME_DESC', expression: 'l.name', type: 'text', descending: true },
  NEWEST: { name: 'NEWEST', expression: 'l.created_at', type: 'timestamptz', descending: true },
} as const satisfies Record<string, Order>;
