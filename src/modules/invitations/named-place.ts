import type { UnitOfWork } from '../../db/database.ts';
import { Refusal, refused } from '../../graphql/user-error.ts';
import { productIds } from '../products/index.ts';

export interface NamedPlace {
  readonly locationExternalId?: string | null;
  readonly productExternalId?: string | null;
}

/** UUIDs of what an input names; null where it names none. @throws Refusal for one that is not there */
export async function namedPlace(
  uow: UnitOfWork,
  { locationExternalId, productExternalId }: NamedPlace,
): Promise<{ locationId: string | null; productId: string | null }> {
  const locationId =
    locationExternalId == null ? null : await locationIdOf(uow, locationExternalId);
  if (productExternalId == null) return { locationId, productId: null };
  const productId = (await productIds(uow, [productExternalId])).get(productExternalId);
  if (productId !== undefined) return { locationId, productId };
  throw new Refusal(refused('NOT_FOUND', ['productExternalId'], 'There is no such product.'));
}

async function locationIdOf(uow: UnitOfWork, externalId: string): Promise<string> {
  const [row] = await uow.execute<{ id: string }>(
    'select id from location where organization_id = $1 and external_id = $2',
    [uow.organizationId, externalId],
  );
  if (row !== undefined) return row.id;
  throw new Refusal(refused('NOT_FOUND', ['locationExternalId'], 'There is no such location.'));
}
