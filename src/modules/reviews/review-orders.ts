import type { Order } from '../../db/read/page.ts';

/** The rating of a review without one sorts below all others. */
const RATING = 'coalesce(r.score, -1)';

/** Each order has indexes that start with the organization, and with the location or product. */
export const REVIEW_ORDERS = {
  NEWEST: { name: 'NEWEST', expression: 'r.authored_at', type: 'timestamptz', descending: true },
  OLDEST: { name: 'OLDEST', expression: 'r.authored_at', type: 'timestamptz', descending: false },
  HIGHEST_RATING: { name: 'HIGHEST_RATING', expression: RATING, type: 'float8', descending: true },
  LOWEST_RATING: { name: 'LOWEST_RATING', expression: RATING, type: 'float8', descending: false },
} as const satisfies Record<string, Order>;
