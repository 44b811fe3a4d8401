import { SCOPES } from '../../graphql/caller.ts';
import type { MemberRole, Scope } from '../../graphql/caller.ts';

/**
 * Contact data is for those who get in touch with people. Whoever looks at numbers has no need of
 * it (data minimisation: Regulation (EU) 2016/679, article 5(1)(c)).
 */
const OF_PERSONS: readonly Scope[] = ['customers:read'];
const READS: readonly Scope[] = SCOPES.filter(
  (scope) => scope.endsWith(':read') && !OF_PERSONS.includes(scope),
);
const ALL_BUT_KEYS: readonly Scope[] = SCOPES.filter((scope) => scope !== 'keys:manage');

/** What each role may do: the only place that says so. */
const SCOPES_OF_ROLE: Record<MemberRole, ReadonlySet<Scope>> = {
  ADMIN: new Set(SCOPES),
  MANAGER: new Set(ALL_BUT_KEYS),
  APPROVER: new Set<Scope>([...READS, ...OF_PERSONS, 'responses:write', 'responses:publish']),
  RESPONDER: new Set<Scope>([...READS, ...OF_PERSONS, 'responses:write']),
  ANALYST: new Set<Scope>([...READS, 'metrics:write']),
  VIEWER: new Set(READS),
};

export function scopesOfRole(role: MemberRole): ReadonlySet<Scope> {
  return SCOPES_OF_ROLE[role];
}

/**
 * A key that acts for a member may do what both the key and the member's present role allow:
 * a member who loses a right loses it for the keys as well.
 */
export function scopesOfMemberKey(keyScopes: Iterable<Scope>, role: MemberRole): Set<Scope> {
  const allowed = SCOPES_OF_ROLE[role];
  return new Set([...keyScopes].filter((scope) => allowed.has(scope)));
}
