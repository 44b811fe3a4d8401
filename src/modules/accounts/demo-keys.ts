import type { Database, UnitOfWork } from '../../db/database.ts';
import type { Scope } from '../../graphql/caller.ts';
import { SCOPES } from '../../graphql/caller.ts';
import { createKey, revokeKey } from './key.service.ts';
import type { NewKey } from './key.service.ts';
import { hashKeyToken } from './key-token.ts';
import { inviteMember } from './member.service.ts';

/** The tokens of the demo's keys, for the start page and for `demo-keys.json`. */
export interface DemoKeys {
  /** Publishable, for a shop's pages. */
  readonly storefront: string;
  /** Secret, for integrations: imports, drafts, publishes and follows the feed. */
  readonly integrator: string;
  /** Secret, acting for the demo's ADMIN. */
  readonly admin: string;
}

const NAMES: Record<keyof DemoKeys, string> = {
  storefront: 'Demo storefront',
  integrator: 'Demo integrator',
  admin: 'Demo admin',
};
/** example.org cannot receive mail nor be signed in with. */
const ADMIN = { email: 'admin@demo.example.org', name: 'Demo Admin' };
const INTEGRATOR_SCOPES: readonly Scope[] = SCOPES.filter((scope) =>
  /^(locations|products|reviews|responses|metrics|customers|surveys|feed):/.test(scope),
);

/**
 * The demo's three keys. `known` are those that an earlier start kept: while all three are still
 * good they are given again, and nothing is written. Otherwise three new ones are made, and what is
 * left of the old ones ends, because nobody could know their tokens any more.
 */
export async function ensureDemoKeys(
  db: Database,
  organizationId: string,
  known: DemoKeys | null,
): Promise<DemoKeys> {
  return await db.unitOfWork(organizationId, async (uow) => {
    if (known !== null && (await areGood(uow, known))) return known;
    await revokeEarlier(uow);
    const memberId = await ensureAdmin(uow);
    return {
      storefront: await make(uow, 'storefront', { kind: 'PUBLISHABLE', scopes: [] }),
      integrator: await make(uow, 'integrator', { scopes: INTEGRATOR_SCOPES }),
      admin: await make(uow, 'admin', { scopes: SCOPES, memberId }),
    };
  });
}

async function areGood(uow: UnitOfWork, known: DemoKeys): Promise<boolean> {
  const hashes = [known.storefront, known.integrator, known.admin].map(hashKeyToken);
  const [row] = await uow.execute<{ good: number }>(
    `select count(*)::int as good from api_key
      where organization_id = $1 and encode(hash, 'hex') = any($2::text[])
        and revoked_at is null and expires_at is null`,
    [uow.organizationId, hashes],
  );
  return row?.good === hashes.length;
}

async function revokeEarlier(uow: UnitOfWork): Promise<void> {
  const earlier = await uow.execute<{ id: string }>(
    `select id from api_key
      where organization_id = $1 and name = any($2::text[]) and revoked_at is null order by id`,
    [uow.organizationId, Object.values(NAMES)],
  );
  for (const { id } of earlier) await revokeKey(uow, id);
}

async function ensureAdmin(uow: UnitOfWork): Promise<string> {
  const [member] = await uow.execute<{ id: string }>(
    'select id from member where organization_id = $1 and email = $2',
    [uow.organizationId, ADMIN.email],
  );
  if (member !== undefined) return member.id;
  return await inviteMember(
    uow,
    { ...ADMIN, role: 'ADMIN', issuer: null, subject: null },
    'OPERATOR',
  );
}

async function make(
  uow: UnitOfWork,
  which: keyof DemoKeys,
  key: Pick<NewKey, 'scopes'> & Partial<NewKey>,
): Promise<string> {
  const rest = { kind: 'SECRET', origins: null, memberId: null, expiresAt: null } as const;
  const { token } = await createKey(uow, { ...rest, ...key, name: NAMES[which] }, 'OPERATOR');
  return token;
}
