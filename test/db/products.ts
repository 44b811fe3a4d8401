import { randomUUID } from 'node:crypto';

/** What `em.create(ProductEntity, …)` takes: the simplest entity there is, under a key of its own. */
export function productOf(organizationId: string, externalId: string) {
  const now = new Date('2026-01-01T00:00:00Z');
  return {
    organizationId,
    id: randomUUID(),
    externalId,
    name: externalId,
    gtin: null,
    url: null,
    createdAt: now,
    updatedAt: now,
  };
}
