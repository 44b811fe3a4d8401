import type { Database } from '../../db/database.ts';
import { column, computed, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import type { Scope } from '../../graphql/caller.ts';
import { convertedId } from '../noun-fields.ts';
import type { KeyKind } from './key-token.ts';
import type { ApiKeyState } from './key.type.ts';

function stateOf(revokedAt: Date | null, expiresAt: Date | null, now: Date): ApiKeyState {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt !== null && expiresAt <= now ? 'EXPIRED' : 'ACTIVE';
}

export const apiKeyNoun = new Noun({
  type: 'ApiKey',
  table: 'api_key',
  alias: 'k',
  types: {
    scopes: 'text[]',
    origins: 'text[]',
    created_at: 'timestamptz',
    expires_at: 'timestamptz',
    revoked_at: 'timestamptz',
    last_used_at: 'timestamptz',
  },
  fields: {
    id: convertedId('ApiKey'),
    kind: column('kind'),
    name: column('name'),
    prefix: column('prefix'),
    scopes: column('scopes'),
    origins: column('origins'),
    state: computed(['revoked_at', 'expires_at'], ([revokedAt, expiresAt], now) =>
      stateOf(revokedAt as Date | null, expiresAt as Date | null, now),
    ),
    createdAt: column('created_at'),
    expiresAt: column('expires_at'),
    revokedAt: column('revoked_at'),
    lastUsedAt: column('last_used_at'),
    member: relation('member_id', 'memberKey'),
  },
  // Never of a storefront, whatever way an id comes.
  publicWhen: 'false',
});

export const NEWEST_KEYS: Order = {
  name: 'NEWEST',
  expression: 'k.created_at',
  type: 'timestamptz',
  descending: true,
};

/** A key as commands show it. */
export interface KeySummary {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly origins: readonly string[] | null;
  readonly memberEmail: string | null;
  readonly state: ApiKeyState;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** The newest first, at most `limit`; `before` is the id of the last key of the page before. */
export async function listKeys(
  db: Database,
  organizationId: string,
  page: { readonly limit: number; readonly before?: string },
): Promise<KeySummary[]> {
  const rows = await db.read<Omit<KeySummary, 'state'>>(
    organizationId,
    `select k.id, k.kind, k.name, k.prefix, k.scopes, k.origins, m.email as "memberEmail",
            k.created_at as "createdAt", k.expires_at as "expiresAt",
            k.revoked_at as "revokedAt", k.last_used_at as "lastUsedAt"
       from api_key k
       left join member m on m.organization_id = k.organization_id and m.id = k.member_id
      where k.organization_id = $1 and ($2::uuid is null or k.id < $2)
      order by k.id desc limit $3`,
    [page.before ?? null, page.limit],
  );
  const now = new Date();
  return rows.map((row) => ({ ...row, state: stateOf(row.revokedAt, row.expiresAt, now) }));
}
