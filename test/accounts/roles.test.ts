import { describe, expect, it } from '@jest/globals';
import { MEMBER_ROLES, SCOPES } from '../../src/graphql/caller.ts';
import { scopesOfMemberKey, scopesOfRole } from '../../src/modules/accounts/roles.ts';

const READS = [
  'feed:read',
  'locations:read',
  'metrics:read',
  'organization:read',
  'products:read',
  'surveys:read',
];

describe('what a role may do', () => {
  it('is everything for an ADMIN, and all but keys for a MANAGER', () => {
    expect([...scopesOfRole('ADMIN')].sort()).toEqual([...SCOPES].sort());
    expect([...SCOPES].filter((scope) => !scopesOfRole('MANAGER').has(scope))).toEqual([
      'keys:manage',
    ]);
  });

  it('is reading for VIEWER, views for ANALYST, drafts for RESPONDER, publishing for APPROVER', () => {
    const reads = [...READS, 'responses:read', 'reviews:read'].sort();
    expect([...scopesOfRole('ANALYST')].sort()).toEqual([...reads, 'metrics:write'].sort());
    expect([...scopesOfRole('VIEWER')].sort()).toEqual(reads);
    const readsAll = [...reads, 'customers:read'];
    expect([...scopesOfRole('RESPONDER')].sort()).toEqual([...readsAll, 'responses:write'].sort());
    expect([...scopesOfRole('APPROVER')].sort()).toEqual(
      [...readsAll, 'responses:write', 'responses:publish'].sort(),
    );
  });

  it('is contact data for those alone who get in touch with people', () => {
    const may = MEMBER_ROLES.filter((role) => scopesOfRole(role).has('customers:read'));
    expect(may).toEqual(['ADMIN', 'MANAGER', 'APPROVER', 'RESPONDER']);
    const change = MEMBER_ROLES.filter((role) => scopesOfRole(role).has('customers:write'));
    expect(change).toEqual(['ADMIN', 'MANAGER']);
  });

  it('limits the keys that act for a member', () => {
    expect(
      scopesOfMemberKey(['reviews:read', 'keys:manage', 'responses:publish'], 'RESPONDER'),
    ).toEqual(new Set(['reviews:read']));
  });
});
