import type { Database } from '../../db/database.ts';
import type { Caller, MemberRole, Scope } from '../../graphql/caller.ts';
import type { KeyKind } from './key-token.ts';
import { scopesOfMemberKey, scopesOfRole } from './roles.ts';

/**
 * What admission asks of the database. The tenant is not known yet, it is what is being found out,
 * so these statements are system statements; nothing else may read accounts across organizations.
 */

/** An API key as admission needs it, whatever its state: the caller is told of revocation and expiry. */
export interface KeyCredential {
  readonly caller: Caller & { readonly keyId: string };
  readonly kind: KeyKind;
  readonly organizationSlug: string;
  readonly revoked: boolean;
}

interface KeyRow {
  id: string;
  organization_id: string;
  organization_slug: string;
  kind: KeyKind;
  scopes: Scope[];
  origins: string[] | null;
  member_id: string | null;
  role: MemberRole | null;
  expires_at: Date | null;
  revoked: boolean;
}

/** `hash`: SHA-256 of the token in hex. */
export async function findKeyByHash(db: Database, hash: string): Promise<KeyCredential | null> {
  const [row] = await db.system<KeyRow>(
    `select k.id, k.organization_id, o.slug as organization_slug, k.kind, k.scopes, k.origins,
            k.member_id, m.role, k.expires_at, k.revoked_at is not null as revoked
       from api_key k
       join organization o on o.id = k.organization_id
       left join member m on m.organization_id = k.organization_id and m.id = k.member_id
      where k.hash = decode($1, 'hex')`,
    [hash],
  );
  if (row === undefined) return null;
  return {
    kind: row.kind,
    organizationSlug: row.organization_slug,
    revoked: row.revoked,
    caller: {
      audience: audienceOf(row),
      organizationId: row.organization_id,
      scopes: scopesOf(row),
      keyId: row.id,
      memberId: row.member_id,
      role: row.role,
      origins: row.origins,
      expiresAt: row.expires_at,
    },
  };
}

function audienceOf(row: KeyRow): Caller['audience'] {
  if (row.kind === 'PUBLISHABLE') return 'STOREFRONT';
  return row.role === null ? 'INTEGRATOR' : 'MEMBER';
}

function scopesOf(row: KeyRow): ReadonlySet<Scope> {
  if (row.kind === 'PUBLISHABLE') return new Set();
  return row.role === null ? new Set(row.scopes) : scopesOfMemberKey(row.scopes, row.role);
}

/** One person's place in one organization. */
export interface Membership {
  readonly organizationId: string;
  readonly organizationSlug: string;
  readonly memberId: string;
  readonly role: MemberRole;
  readonly scopes: ReadonlySet<Scope>;
}

/** By slug, so that messages name them in a steady order. */
export async function findMemberships(
  db: Database,
  issuer: string,
  subject: string,
): Promise<Membership[]> {
  const rows = await db.system<{
    organization_id: string;
    organization_slug: string;
    member_id: string;
    role: MemberRole;
  }>(
    `select m.organization_id, o.slug as organization_slug, m.id as member_id, m.role
       from member m
       join organization o on o.id = m.organization_id
      where m.issuer = $1 and m.subject = $2
      order by o.slug`,
    [issuer, subject],
  );
  return rows.map((row) => ({
    organizationId: row.organization_id,
    organizationSlug: row.organization_slug,
    memberId: row.member_id,
    role: row.role,
    scopes: scopesOfRole(row.role),
  }));
}

/** Those who were invited by this address (in lower case) and have not signed in yet. */
export async function findOpenInvitations(
  db: Database,
  email: string,
): Promise<Array<{ organizationId: string; memberId: string }>> {
  return await db.system(
    `select organization_id as "organizationId", id as "memberId"
       from member
      where email = $1 and issuer is null and subject is null`,
    [email],
  );
}

/**
 * The keys of all organizations that were revoked at or after an instant, and the database's own
 * time, which `revoked_at` is compared with.
 */
export async function findKeysRevokedSince(
  db: Database,
  since: Date,
): Promise<{ now: Date; keyIds: string[] }> {
  const [row] = await db.system<{ now: Date; keyIds: string[] }>(
    `select clock_timestamp() as now,
            array(select id::text from api_key where revoked_at >= $1) as "keyIds"`,
    [since],
  );
  if (row === undefined) throw new Error('The database did not answer');
  return row;
}
