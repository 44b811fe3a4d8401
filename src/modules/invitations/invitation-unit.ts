import type { UnitOfWork } from '../../db/database.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { orUserErrors, type UserErrorData } from '../../graphql/user-error.ts';

export interface InvitationResult {
  /** The invitation's UUID; null where it was refused. */
  readonly key: string | null;
  readonly link: string | null;
  readonly userErrors: readonly UserErrorData[];
}

/** Runs the work of a mutation on invitations once, in one unit of work. */
export function inOneUnit(
  { db, caller }: GraphQLContext,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
  work: (uow: UnitOfWork) => Promise<{ readonly key: string; readonly link: string | null }>,
): Promise<InvitationResult> {
  const { idempotencyKey: key, ...rest } = input;
  return orUserErrors<InvitationResult>(
    () =>
      db.unitOfWork(caller.organizationId, (uow) =>
        idempotently(uow, { key, operation, input: rest }, async () => ({
          ...(await work(uow)),
          userErrors: [],
        })),
      ),
    (userErrors) => ({ key: null, link: null, userErrors }),
  );
}
