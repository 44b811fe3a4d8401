import { hash } from 'node:crypto';
import type { UnitOfWork } from '../db/database.ts';
import { invalidValue, Refusal, refused } from './user-error.ts';

/** How the field `idempotencyKey` of an input is described. */
export const IDEMPOTENCY_KEY =
  'The same key gives the first result again and does nothing twice; 1 to 200 characters.';

const LONGEST_KEY = 200;

interface IdempotentCall {
  /** Null: the call is not idempotent, and nothing is kept. */
  readonly key: string | null | undefined;
  /** The mutation's name: a key belongs to one. */
  readonly operation: string;
  /** The whole input; the same key with another input is refused. */
  readonly input: unknown;
}

/**
 * Does the work once for each idempotency key of the organization: the result is kept in the same
 * transaction, and given again without doing anything. A second call with the key, at the same
 * time, waits for the first one's commit at the key's row, or for its turn where both share a unit.
 * @throws Refusal IDEMPOTENCY_KEY_REUSED when the key was used with another input or operation.
 */
export async function idempotently<Result extends object>(
  uow: UnitOfWork,
  call: IdempotentCall,
  work: () => Promise<Result>,
): Promise<Result> {
  const { key, operation } = call;
  if (key == null) return work();
  if (key.length === 0 || key.length > LONGEST_KEY) {
    throw new Refusal(
      invalidValue(['idempotencyKey'], `An idempotency key has 1 to ${LONGEST_KEY} characters.`),
    );
  }
  const turn = uow.takeTurn(`idempotency key ${key}`);
  if (turn) await turn;
  const inputHash = hash('sha256', JSON.stringify(call.input), 'hex');
  const claimed = await uow.execute<{ key: string }>(
    `insert into idempotency_record (organization_id, key, operation, input_hash, result, created_at)
     values ($1, $2, $3, decode($4, 'hex'), 'null', $5) on conflict do nothing returning key`,
    [uow.organizationId, key, operation, inputHash, uow.now],
  );
  if (claimed.length === 0) return earlierResult<Result>(uow, key, operation, inputHash);
  const result = await work();
  uow.defer(
    'update idempotency_record set result = $3::jsonb where organization_id = $1 and key = $2',
    [uow.organizationId, key, JSON.stringify(result)],
  );
  return result;
}

async function earlierResult<Result>(
  uow: UnitOfWork,
  key: string,
  operation: string,
  inputHash: string,
): Promise<Result> {
  const [record] = await uow.execute<{ same: boolean; result: Result }>(
    `select operation = $3 and input_hash = decode($4, 'hex') as same, result
     from idempotency_record where organization_id = $1 and key = $2`,
    [uow.organizationId, key, operation, inputHash],
  );
  if (record?.same !== true) {
    throw new Refusal(
      refused(
        'IDEMPOTENCY_KEY_REUSED',
        ['idempotencyKey'],
        'This idempotency key was used before, with another input or mutation: use a new key, or send the first input again.',
      ),
    );
  }
  return record.result;
}
