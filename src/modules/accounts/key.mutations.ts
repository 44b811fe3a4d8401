import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { orUserErrors } from '../../graphql/user-error.ts';
import type { UserErrorData } from '../../graphql/user-error.ts';
import { inputId } from '../../graphql/input-id.ts';
import type { CreateApiKeyInput, RevokeApiKeyInput } from './key.input.ts';
import { createKey, revokeKey } from './key.service.ts';
import type { NewKey } from './key.service.ts';

export interface KeyPayloadData {
  /** UUID; null where the call was refused. */
  readonly apiKeyId: string | null;
  readonly token: string | null;
  readonly userErrors: readonly UserErrorData[];
}

const refusedPayload = (userErrors: readonly UserErrorData[]): KeyPayloadData => ({
  apiKeyId: null,
  token: null,
  userErrors,
});

/** See the mutation `createApiKey`. */
export function createApiKey(
  { caller, db }: GraphQLContext,
  input: CreateApiKeyInput,
): Promise<KeyPayloadData> {
  return orUserErrors(async () => {
    const wanted = newKey(input);
    return await db.unitOfWork(caller.organizationId, async (uow) => {
      // Beside the result, which an idempotency record would keep: a token is stored nowhere.
      let token: string | null = null;
      const call = { key: input.idempotencyKey, operation: 'createApiKey', input };
      const { apiKeyId } = await idempotently(uow, call, async () => {
        const created = await createKey(uow, wanted, caller);
        token = created.token;
        return { apiKeyId: created.id };
      });
      return { apiKeyId, token, userErrors: [] };
    });
  }, refusedPayload);
}

/** See the mutation `revokeApiKey`. */
export function revokeApiKey(
  { caller, db }: GraphQLContext,
  input: RevokeApiKeyInput,
): Promise<KeyPayloadData> {
  return orUserErrors(async () => {
    const apiKeyId = inputId('ApiKey', input.id, ['id']);
    const call = { key: input.idempotencyKey, operation: 'revokeApiKey', input };
    await db.unitOfWork(caller.organizationId, (uow) =>
      idempotently(uow, call, async () => {
        await revokeKey(uow, apiKeyId);
        return { apiKeyId };
      }),
    );
    return { apiKeyId, token: null, userErrors: [] };
  }, refusedPayload);
}

function newKey(input: CreateApiKeyInput): NewKey {
  return {
    kind: input.kind,
    name: input.name,
    scopes: input.scopes ?? [],
    origins: input.origins ?? null,
    memberId: input.memberId == null ? null : inputId('Member', input.memberId, ['memberId']),
    expiresAt: input.expiresAt ?? null,
  };
}
