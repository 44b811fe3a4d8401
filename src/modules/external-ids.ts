import type { Database } from '../db/database.ts';
import type { Condition } from '../db/read/conditions.ts';
import { type Noun, withId } from '../db/read/noun.ts';
import { oneOf } from '../graphql/arguments.ts';
import { decodeId } from '../graphql/ids.ts';

/** What an organization knows by keys of its own, and where. */
const TABLES = { Location: 'location', Product: 'product', Customer: 'customer' } as const;
type Identified = keyof typeof TABLES;

/** One of them, by one of its keys. */
export interface Choice {
  readonly id?: string | null | undefined;
  readonly externalId?: string | null | undefined;
}

/** The condition that a row is the chosen one. */
export function chosen(type: Identified, noun: Noun): (choice: Choice) => Condition {
  return ({ id, externalId }) => {
    const by = oneOf({ id, externalId });
    return by.name === 'id'
      ? withId(noun, decodeId(type, by.value))
      : (bindings) => [`${noun.declaration.alias}.external_id = ${bindings.bind(by.value)}::text`];
  };
}

/** The UUID of the chosen one; null where no row has that external id. */
export async function chosenKey(
  { db, organizationId }: { readonly db: Database; readonly organizationId: string },
  type: Identified,
  { id, externalId }: Choice,
): Promise<string | null> {
  const by = oneOf({ id, externalId });
  return by.name === 'id'
    ? decodeId(type, by.value)
    : findByExternalId(db, organizationId, type, by.value);
}

/** The UUID of what an organization calls by this key of its own; null where there is none. */
export async function findByExternalId(
  db: Database,
  organizationId: string,
  type: Identified,
  externalId: string,
): Promise<string | null> {
  const [row] = await db.read<{ id: string }>(
    organizationId,
    `select id from ${TABLES[type]} where organization_id = $1 and external_id = $2`,
    [externalId],
  );
  return row?.id ?? null;
}
