import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Database, UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import type { MemberRole } from '../../graphql/caller.ts';
import { Refusal, refused } from '../../graphql/user-error.ts';
import { findOpenInvitations } from './credential.reads.ts';
import { assertMayGrantRole } from './grants.ts';
import type { Grantor } from './grants.ts';
import { MemberEntity } from './member.entity.ts';
import { MemberRules } from './member-rules.ts';
import type { SignIn } from './member-rules.ts';
import { announceRevocation } from './revocations.ts';

/** A member as invited. Without issuer and subject, the first sign-in with the verified address binds them. */
export interface NewMember {
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly issuer: string | null;
  readonly subject: string | null;
}

/** What is absent stays; issuer and subject go together, and null unbinds both. */
export interface MemberChange {
  /** UUID. */
  readonly id: string;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly role?: MemberRole | undefined;
  readonly issuer?: string | null | undefined;
  readonly subject?: string | null | undefined;
}

/** What decides who signs in as the member, and what they may do. */
const ADMISSION_FIELDS = ['role', 'email', 'issuer', 'subject'] as const;

/**
 * Adds a member, and gives the UUID.
 * @throws Refusal INVALID_VALUE, LIMIT_EXCEEDED, ALREADY_EXISTS, PERMISSION_DENIED (the role may do
 * more than `grantor`).
 */
export async function inviteMember(
  uow: UnitOfWork,
  wanted: NewMember,
  grantor: Grantor,
): Promise<string> {
  const member = checked(wanted);
  assertMayGrantRole(grantor, member.role, ['role']);
  const id = newId();
  const { organizationId, now } = uow;
  uow.em.create(MemberEntity, { organizationId, id, ...member, createdAt: now });
  await flushUnlessTaken(uow);
  // Processes may remember that nobody signs in with this account or address.
  await announceRevocation(uow, 'member', id);
  return id;
}

/**
 * Changes a member. Where that changes who may sign in or what they may do, whoever is signed in as
 * the member has to be let in anew.
 * @throws Refusal NOT_FOUND, INVALID_VALUE, LIMIT_EXCEEDED, ALREADY_EXISTS, PERMISSION_DENIED (the
 * old or the new role may do more than `grantor`), INVALID_STATE (the last ADMIN stays one).
 */
export async function updateMember(
  uow: UnitOfWork,
  change: MemberChange,
  grantor: Grantor,
): Promise<void> {
  await awaitOtherChanges(uow);
  const member = await findMember(uow, change.id);
  const before = { ...member };
  const after = checked(merged(before, change));
  // The old role too: who binds another account to an ADMIN becomes that ADMIN.
  assertMayGrantRole(grantor, before.role, ['id']);
  assertMayGrantRole(grantor, after.role, ['role']);
  if (before.role === 'ADMIN' && after.role !== 'ADMIN') await assertAnotherAdmin(uow, change.id);
  uow.em.assign(member, after);
  await flushUnlessTaken(uow);
  if (ADMISSION_FIELDS.some((field) => before[field] !== after[field])) {
    await announceRevocation(uow, 'member', change.id);
  }
}

/**
 * Binds an account to every open invitation of its verified address, in whichever organizations.
 * Two sign-ins at once bind it once.
 */
export async function acceptInvitations(
  db: Database,
  account: SignIn & { readonly email: string },
): Promise<void> {
  for (const { organizationId, memberId } of await findOpenInvitations(db, account.email)) {
    await db.unitOfWork(organizationId, async (uow) => {
      const bound = await uow.execute(
        `update member set issuer = $3, subject = $4
          where organization_id = $1 and id = $2 and subject is null
            and not exists (select 1 from member other
                             where other.organization_id = $1 and other.issuer = $3
                               and other.subject = $4)
         returning id`,
        [organizationId, memberId, account.issuer, account.subject],
      );
      if (bound.length > 0) await announceRevocation(uow, 'member', memberId);
    });
  }
}

function checked(member: NewMember): NewMember {
  const rules = new MemberRules();
  const clean: NewMember = {
    role: member.role,
    email: rules.email(member.email),
    name: rules.name(member.name),
    ...(rules.signIn(member.issuer, member.subject) ?? { issuer: null, subject: null }),
  };
  rules.assertNoErrors();
  return clean;
}

function merged(before: NewMember, change: MemberChange): NewMember {
  const sameAccount = change.issuer === undefined && change.subject === undefined;
  return {
    email: change.email ?? before.email,
    name: change.name ?? before.name,
    role: change.role ?? before.role,
    issuer: sameAccount ? before.issuer : (change.issuer ?? null),
    subject: sameAccount ? before.subject : (change.subject ?? null),
  };
}

/**
 * Changes of members of one organization go one after the other: two ADMINs who step down at once
 * would each see the other one, and locking the members themselves would deadlock.
 */
async function awaitOtherChanges(uow: UnitOfWork): Promise<void> {
  await uow.execute('select id from organization where id = $1 for no key update', [
    uow.organizationId,
  ]);
}

async function findMember(uow: UnitOfWork, memberId: string): Promise<MemberEntity> {
  const { organizationId } = uow;
  const member = await uow.em.findOne(MemberEntity, { organizationId, id: memberId });
  if (member !== null) return member;
  const message = 'There is no such member in this organization.';
  throw new Refusal(refused('NOT_FOUND', ['id'], message));
}

async function assertAnotherAdmin(uow: UnitOfWork, memberId: string): Promise<void> {
  const others = await uow.execute(
    `select id from member where organization_id = $1 and id <> $2 and role = 'ADMIN' limit 1`,
    [uow.organizationId, memberId],
  );
  if (others.length > 0) return;
  const message = 'This is the last ADMIN of the organization: make another member ADMIN first.';
  throw new Refusal(refused('INVALID_STATE', ['role'], message));
}

/** @throws Refusal ALREADY_EXISTS where another member has the address or the account. */
async function flushUnlessTaken(uow: UnitOfWork): Promise<void> {
  try {
    await uow.em.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    const message =
      'Another member of this organization has this address or this account: change that member instead.';
    throw new Refusal(refused('ALREADY_EXISTS', ['email'], message));
  }
}
