import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { inputId } from '../../graphql/input-id.ts';
import { orUserErrors, Refusal, refused, type UserErrorData } from '../../graphql/user-error.ts';
import type { AcknowledgeAlertInput } from './alert.type.ts';

export interface AlertResult {
  /** The alert's UUID; null where it was refused. */
  readonly key: string | null;
  readonly userErrors: readonly UserErrorData[];
}

/** See the mutation `acknowledgeAlert`. */
export function acknowledgeAlert(
  { db, caller }: GraphQLContext,
  { alertId, idempotencyKey: key }: AcknowledgeAlertInput,
): Promise<AlertResult> {
  const call = { key, operation: 'acknowledgeAlert', input: { alertId } };
  return orUserErrors<AlertResult>(
    () =>
      db.unitOfWork(caller.organizationId, (uow) =>
        idempotently(uow, call, async () => {
          const id = inputId('DetractorAlert', alertId, ['alertId']);
          // Who was first has taken it on.
          const found = await uow.execute(
            `update detractor_alert set acknowledged_at = coalesce(acknowledged_at, $3),
               acknowledged_by = case when acknowledged_at is null then $4 else acknowledged_by end
             where organization_id = $1 and id = $2 returning id`,
            [uow.organizationId, id, uow.now, caller.memberId],
          );
          if (found.length === 0) {
            throw new Refusal(refused('NOT_FOUND', ['alertId'], 'There is no such alert.'));
          }
          return { key: id, userErrors: [] };
        }),
      ),
    (userErrors) => ({ key: null, userErrors }),
  );
}
