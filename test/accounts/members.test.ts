import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { SCOPES } from '../../src/graphql/caller.ts';
import type { Caller, Scope } from '../../src/graphql/caller.ts';
import { findMemberByEmail, listMembers } from '../../src/modules/accounts/member.reads.ts';
import { inviteMember, updateMember } from '../../src/modules/accounts/member.service.ts';
import type { MemberChange, NewMember } from '../../src/modules/accounts/member.service.ts';
import type { Grantor } from '../../src/modules/accounts/grants.ts';
import { createOrganization, onPostgres } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';
import { makeMember, openAccountsDatabase, userErrorsOf } from './accounts-kit.ts';

let test: TestDatabase;
let db: Database;
let organizationId: string;

beforeAll(async () => {
  test = await openAccountsDatabase();
  ({ db, organizationId } = test);
});
afterAll(() => test.close());

const ada: NewMember = {
  email: 'ada@example.org',
  name: 'Ada',
  role: 'VIEWER',
  issuer: null,
  subject: null,
};

const invite = (
  change: Partial<NewMember>,
  grantor: Grantor = 'OPERATOR',
  tenant = organizationId,
) => db.unitOfWork(tenant, (uow) => inviteMember(uow, { ...ada, ...change }, grantor));

const change = (id: string, to: Omit<MemberChange, 'id'>, grantor: Grantor = 'OPERATOR') =>
  db.unitOfWork(organizationId, (uow) => updateMember(uow, { id, ...to }, grantor));

const callerWith = (scopes: readonly Scope[]): Caller => ({
  audience: 'INTEGRATOR',
  organizationId,
  scopes: new Set(scopes),
  keyId: 'a-key',
  memberId: null,
  role: null,
  origins: null,
  expiresAt: null,
});

describe('inviting a member', () => {
  it('keeps the address in lower case, and finds it in any', async () => {
    const id = await invite({ email: ' Grace@Example.ORG ' });
    expect(await findMemberByEmail(db, organizationId, 'GRACE@example.org')).toEqual({
      id,
      email: 'grace@example.org',
      name: 'Ada',
      role: 'VIEWER',
      signsIn: false,
    });
  });

  it.each<[string, Partial<NewMember>, string[]]>([
    ['no address', { email: 'ada' }, ['INVALID_VALUE email']],
    ['an empty address', { email: '' }, ['INVALID_VALUE email']],
    ['two addresses', { email: 'a@b.example, c@d.example' }, ['INVALID_VALUE email']],
    ['an address too long', { email: `${'a'.repeat(250)}@b.example` }, ['LIMIT_EXCEEDED email']],
    ['no name', { name: ' ' }, ['INVALID_VALUE name']],
    ['an issuer alone', { issuer: 'https://i.example' }, ['INVALID_VALUE subject']],
    ['a subject alone', { subject: 'x' }, ['INVALID_VALUE issuer']],
    ['an empty subject', { issuer: 'https://i.example', subject: '' }, ['INVALID_VALUE subject']],
  ])('with %s is refused', async (_what, wrong, errors) => {
    expect(await userErrorsOf(invite({ email: 'new@example.org', ...wrong }))).toEqual(errors);
    expect(await findMemberByEmail(db, organizationId, 'new@example.org')).toBeNull();
  });

  it('twice is refused by address and by account, and is fine in another organization', async () => {
    const account = { issuer: 'https://i.example', subject: 'twice' };
    await invite({ email: 'twice@example.org', ...account });
    expect(await userErrorsOf(invite({ email: 'TWICE@example.org' }))).toEqual([
      'ALREADY_EXISTS email',
    ]);
    expect(await userErrorsOf(invite({ email: 'other@example.org', ...account }))).toEqual([
      'ALREADY_EXISTS email',
    ]);
    const elsewhere = await createOrganization(db, { slug: 'elsewhere' });
    await invite({ email: 'twice@example.org', ...account }, 'OPERATOR', elsewhere);
  });

  it('in a role that may do more than whoever invites is refused', async () => {
    const manager = callerWith(SCOPES.filter((scope) => scope !== 'responses:publish'));
    expect(
      await userErrorsOf(invite({ email: 'r@example.org', role: 'RESPONDER' }, manager)),
    ).toEqual([]);
    for (const role of ['ADMIN', 'MANAGER', 'APPROVER'] as const) {
      expect(await userErrorsOf(invite({ email: 'm@example.org', role }, manager))).toEqual([
        'PERMISSION_DENIED role',
      ]);
    }
  });
});

describe('changing a member', () => {
  it('changes what is given and leaves the rest', async () => {
    const account = { issuer: 'https://i.example', subject: 'change' };
    const id = await makeMember(db, organizationId, { email: 'c@example.org', ...account });
    await change(id, { role: 'ANALYST' });
    await change(id, { name: 'Grace' });
    await change(id, { email: 'C2@example.org' });
    const [row] = await db.system(
      'select email, name, role, issuer, subject from member where id = $1',
      [id],
    );
    expect(row).toEqual({ email: 'c2@example.org', name: 'Grace', role: 'ANALYST', ...account });
    expect(await userErrorsOf(change(id, { issuer: 'https://other.example' }))).toEqual([
      'INVALID_VALUE subject',
    ]);
    await change(id, { issuer: null, subject: null });
    expect(await findMemberByEmail(db, organizationId, 'c2@example.org')).toMatchObject({
      signsIn: false,
    });
  });

  it('of another organization, or to the address of another, is refused', async () => {
    const elsewhere = await createOrganization(db, { slug: 'far' });
    const far = await makeMember(db, elsewhere);
    expect(await userErrorsOf(change(far, { name: 'X' }))).toEqual(['NOT_FOUND id']);
    const id = await makeMember(db, organizationId);
    await makeMember(db, organizationId, { email: 'taken@example.org' });
    expect(await userErrorsOf(change(id, { email: 'Taken@example.org' }))).toEqual([
      'ALREADY_EXISTS email',
    ]);
  });

  it('who may do more than whoever changes is refused, so that nobody takes over an ADMIN', async () => {
    const admin = await makeMember(db, organizationId, { role: 'ADMIN' });
    const limited = callerWith(['keys:manage', 'organization:read']);
    const takeover = { issuer: 'https://i.example', subject: 'thief' };
    expect(await userErrorsOf(change(admin, takeover, limited))).toEqual(['PERMISSION_DENIED id']);
    expect(await userErrorsOf(change(admin, { role: 'VIEWER' }, limited))).toEqual([
      'PERMISSION_DENIED id',
    ]);
    expect(await userErrorsOf(change(admin, { name: 'Same' }, callerWith(SCOPES)))).toEqual([]);
    const viewer = await makeMember(db, organizationId);
    const reader = callerWith(SCOPES.filter((scope) => /:read$|^keys:|^metrics:/.test(scope)));
    expect(await userErrorsOf(change(viewer, { role: 'ANALYST' }, reader))).toEqual([]);
    expect(await userErrorsOf(change(viewer, { role: 'ADMIN' }, reader))).toEqual([
      'PERMISSION_DENIED role',
    ]);
  });

  it('never takes the last ADMIN away', async () => {
    const tenant = await createOrganization(db, { slug: 'admins' });
    const within = (id: string, role: 'ADMIN' | 'VIEWER') =>
      db.unitOfWork(tenant, (uow) => updateMember(uow, { id, role }, 'OPERATOR'));
    const [first, second] = [
      await makeMember(db, tenant, { role: 'ADMIN' }),
      await makeMember(db, tenant, { role: 'ADMIN' }),
    ];
    await within(first, 'VIEWER');
    expect(await userErrorsOf(within(second, 'VIEWER'))).toEqual(['INVALID_STATE role']);
    await within(second, 'ADMIN');
  });

  (onPostgres ? it : it.skip)('keeps one ADMIN though all step down at the same time', async () => {
    const tenant = await createOrganization(db, { slug: 'stepping-down' });
    for (let round = 0; round < 5; round++) {
      const admins: string[] = [];
      for (let i = 0; i < 4; i++) admins.push(await makeMember(db, tenant, { role: 'ADMIN' }));
      await Promise.all(
        admins.map((id) =>
          userErrorsOf(
            db.unitOfWork(tenant, (uow) => updateMember(uow, { id, role: 'VIEWER' }, 'OPERATOR')),
          ),
        ),
      );
      const left = await db.system(
        `select id from member where organization_id = $1 and role = 'ADMIN'`,
        [tenant],
      );
      expect(left.length).toBeGreaterThan(0);
    }
  });
});

describe('the list of members', () => {
  it('goes by address, by pages, within the organization', async () => {
    const tenant = await createOrganization(db, { slug: 'listed' });
    for (const email of ['c@example.org', 'a@example.org', 'b@example.org']) {
      await makeMember(db, tenant, { email });
    }
    const first = await listMembers(db, tenant, { limit: 2 });
    const rest = await listMembers(db, tenant, { limit: 2, after: 'b@example.org' });
    expect([...first, ...rest].map(({ email }) => email[0])).toEqual(['a', 'b', 'c']);
  });
});
