import type { Order } from '../../db/read/page.ts';

/** Each order has an index that starts with the organization. */
export const PRODUCT_ORDERS = {
  NAME: { name: 'NAME', expression: 'p.name', type: 'text', descending: false },
  NAME_DESC: { name: 'NAME_DESC', expression: 'p.name', type: 'text', descending: true },
  NEWEST: { name: 'NEWEST', expression: 'p.created_at', type: 'timestamptz', descending: true },
} as const satisfies Record<string, Order>;
