import type { Caller, MemberRole, Scope } from '../../graphql/caller.ts';
import { Refusal, refused } from '../../graphql/user-error.ts';
import { scopesOfRole } from './roles.ts';

/**
 * On whose authority a key or member is made: a caller, or the operator, who works on the database
 * itself and is limited by nothing.
 */
export type Grantor = Caller | 'OPERATOR';

/** An operator who came through the server: ADMIN by the lock file, not by a key or a member. */
function isOperator(grantor: Grantor): boolean {
  return (
    grantor === 'OPERATOR' ||
    (grantor.role === 'ADMIN' && grantor.keyId === null && grantor.memberId === null)
  );
}

/**
 * Nobody gives what they do not have: otherwise a key that may only manage keys could make itself
 * one that may do everything.
 * @throws Refusal PERMISSION_DENIED that names the scopes in question.
 */
export function assertMayGrant(
  grantor: Grantor,
  scopes: Iterable<Scope>,
  path: readonly string[],
): void {
  if (isOperator(grantor)) return;
  const own = (grantor as Caller).scopes;
  const missing = [...scopes].filter((scope) => !own.has(scope));
  if (missing.length === 0) return;
  throw new Refusal(
    refused(
      'PERMISSION_DENIED',
      path,
      `You cannot give what you do not have: ${missing.join(', ')}.`,
    ),
  );
}

/** @throws Refusal PERMISSION_DENIED */
export function assertMayGrantRole(
  grantor: Grantor,
  role: MemberRole,
  path: readonly string[],
): void {
  assertMayGrant(grantor, scopesOfRole(role), path);
}

/**
 * A key that acts for somebody else would sign in their name, and could approve what its holder
 * drafted: members make such keys for themselves only.
 * @throws Refusal PERMISSION_DENIED
 */
export function assertMayActFor(grantor: Grantor, memberId: string, path: readonly string[]): void {
  if (isOperator(grantor) || (grantor as Caller).memberId === memberId) return;
  throw new Refusal(
    refused(
      'PERMISSION_DENIED',
      path,
      'A key can act for yourself only, not for another member. Leave the member out, or have that member make the key.',
    ),
  );
}
