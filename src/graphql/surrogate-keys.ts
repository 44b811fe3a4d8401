import { encodeId } from './ids.ts';

/** The lists of an organization that have a key of their own. */
export type ListName = 'locations' | 'products' | 'reviews';

/** Of everything that an organization shows. */
export function organizationKey(organizationId: string): string {
  return encodeId('Organization', organizationId);
}

/** Of whatever shows several rows of a kind, or one that is not known by its id. */
export function listKey(organizationId: string, list: ListName): string {
  return `${organizationKey(organizationId)}-${list}`;
}

/** What an event of the feed says of what it is about, by UUIDs. */
export interface ChangedThings {
  readonly kind: string;
  readonly reviewId?: string | null;
  readonly responseId?: string | null;
  readonly locationId?: string | null;
  readonly productId?: string | null;
}

/** By the kinds of the feed's events; a test holds the two against each other. */
export const LIST_CHANGED_BY: Readonly<Record<string, ListName | null>> = {
  REVIEW_RECEIVED: 'reviews',
  REVIEW_UPDATED: 'reviews',
  REVIEW_DELETED: 'reviews',
  RESPONSE_PUBLISHED: 'reviews',
  RESPONSE_UPDATED: 'reviews',
  RESPONSE_WITHDRAWN: 'reviews',
  // A draft is not public, nor does it change what is.
  RESPONSE_DRAFTED: null,
  LOCATION_CREATED: 'locations',
  LOCATION_UPDATED: 'locations',
  PRODUCT_CREATED: 'products',
  PRODUCT_UPDATED: 'products',
  // Storefronts see no measures but those that reviews carry themselves.
  METRIC_VIEW_CREATED: null,
  METRIC_VIEW_UPDATED: null,
  METRIC_VIEW_DELETED: null,
  METRIC_SETTINGS_UPDATED: null,
  // Nor anything of customers, or of what they are asked.
  CUSTOMER_CREATED: null,
  CUSTOMER_UPDATED: null,
  CUSTOMER_ERASED: null,
  CUSTOMER_AT_RISK: null,
  SURVEY_PUBLISHED: null,
  SURVEY_RESPONSE_RECEIVED: null,
  DETRACTOR_ALERT_RAISED: null,
};

/** What an event makes outdated; docs/caching.md shows the same to those who purge a CDN. */
export function keysOutdatedBy(organizationId: string, event: ChangedThings): readonly string[] {
  const list = LIST_CHANGED_BY[event.kind];
  // Of a process that is newer than this one: what it changes is not known here.
  if (list === undefined) return [organizationKey(organizationId)];
  if (list === null) return [];
  const keys = [listKey(organizationId, list)];
  if (event.locationId != null) keys.push(encodeId('Location', event.locationId));
  if (event.productId != null) keys.push(encodeId('Product', event.productId));
  if (event.reviewId != null) keys.push(encodeId('Review', event.reviewId));
  if (event.responseId != null) keys.push(encodeId('Response', event.responseId));
  return keys;
}
