import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { orUserErrors } from '../../graphql/user-error.ts';
import type { UserErrorData } from '../../graphql/user-error.ts';
import { inputId } from '../../graphql/input-id.ts';
import type { InviteMemberInput, UpdateMemberInput } from './member.input.ts';
import { inviteMember, updateMember } from './member.service.ts';

export interface MemberPayloadData {
  /** UUID; null where the call was refused. */
  readonly memberId: string | null;
  readonly userErrors: readonly UserErrorData[];
}

const refusedPayload = (userErrors: readonly UserErrorData[]): MemberPayloadData => ({
  memberId: null,
  userErrors,
});

/** See the mutation `inviteMember`. */
export function inviteMemberOf(
  { caller, db }: GraphQLContext,
  input: InviteMemberInput,
): Promise<MemberPayloadData> {
  const { email, name, role, issuer = null, subject = null, idempotencyKey } = input;
  const call = { key: idempotencyKey, operation: 'inviteMember', input };
  return orUserErrors(async () => {
    const { memberId } = await db.unitOfWork(caller.organizationId, (uow) =>
      idempotently(uow, call, async () => ({
        memberId: await inviteMember(uow, { email, name, role, issuer, subject }, caller),
      })),
    );
    return { memberId, userErrors: [] };
  }, refusedPayload);
}

/** See the mutation `updateMember`. */
export function updateMemberOf(
  { caller, db }: GraphQLContext,
  input: UpdateMemberInput,
): Promise<MemberPayloadData> {
  const { id, email, name, role, issuer, subject, idempotencyKey } = input;
  const call = { key: idempotencyKey, operation: 'updateMember', input };
  return orUserErrors(async () => {
    const memberId = inputId('Member', id, ['id']);
    // Null is "not given" where a value cannot be absent.
    const change = {
      id: memberId,
      email: email ?? undefined,
      name: name ?? undefined,
      role: role ?? undefined,
      issuer,
      subject,
    };
    await db.unitOfWork(caller.organizationId, (uow) =>
      idempotently(uow, call, async () => {
        await updateMember(uow, change, caller);
        return { memberId };
      }),
    );
    return { memberId, userErrors: [] };
  }, refusedPayload);
}
