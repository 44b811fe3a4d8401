import type { Order } from '../../db/read/page.ts';

/** To the letter as in the index `customer_name`. */
const NAME = "coalesce(c.name, '')";

/** Each order has an index that starts with the organization. */
export const CUSTOMER_ORDERS = {
  NEWEST: { name: 'NEWEST', expression: 'c.created_at', type: 'timestamptz', descending: true },
  OLDEST: { name: 'OLDEST', expression: 'c.created_at', type: 'timestamptz', descending: false },
  NAME: { name: 'NAME', expression: NAME, type: 'text', descending: false },
  NAME_DESC: { name: 'NAME_DESC', expression: NAME, type: 'text', descending: true },
} as const satisfies Record<string, Order>;
