import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { Refusal, refused } from '../../graphql/user-error.ts';
import { ApiKeyEntity } from './api-key.entity.ts';
import { assertMayActFor, assertMayGrant } from './grants.ts';
import type { Grantor } from './grants.ts';
import { checkedKey } from './key-rules.ts';
import type { NewKey } from './key-rules.ts';
import { generateKeyToken, hashKeyToken, keyPrefixOf } from './key-token.ts';
import { MemberEntity } from './member.entity.ts';
import { announceRevocation } from './revocations.ts';

export type { NewKey } from './key-rules.ts';

export interface CreatedKey {
  /** UUID. */
  readonly id: string;
  /** Shown to whoever asked for the key, and kept nowhere. */
  readonly token: string;
}

/**
 * A new API key of the organization of the unit of work.
 * @throws Refusal INVALID_VALUE, LIMIT_EXCEEDED, NOT_FOUND (of the member), PERMISSION_DENIED
 * (`grantor` lacks a scope, or wants to act for another member).
 */
export async function createKey(
  uow: UnitOfWork,
  wanted: NewKey,
  grantor: Grantor,
): Promise<CreatedKey> {
  const key = checkedKey(wanted, uow.now);
  assertMayGrant(grantor, key.scopes, ['scopes']);
  const member = key.memberId === null ? null : await actingFor(uow, key.memberId, grantor);
  const id = newId();
  const token = generateKeyToken(key.kind);
  uow.em.create(ApiKeyEntity, {
    organizationId: uow.organizationId,
    id,
    kind: key.kind,
    name: key.name,
    prefix: keyPrefixOf(token),
    hash: Buffer.from(hashKeyToken(token), 'hex'),
    scopes: key.scopes,
    origins: key.origins,
    member,
    createdAt: uow.now,
    expiresAt: key.expiresAt,
    revokedAt: null,
    lastUsedAt: null,
  });
  await uow.em.flush();
  return { id, token };
}

/**
 * Ends a key for good; every process hears of it at commit and closes its sockets. Again is no
 * error and changes nothing. A key may revoke itself.
 * @throws Refusal NOT_FOUND
 */
export async function revokeKey(uow: UnitOfWork, keyId: string): Promise<void> {
  const [key] = await uow.execute<{ revoked: boolean }>(
    `select revoked_at is not null as revoked from api_key
      where organization_id = $1 and id = $2 for update`,
    [uow.organizationId, keyId],
  );
  if (key === undefined) {
    const message = 'There is no such API key in this organization.';
    throw new Refusal(refused('NOT_FOUND', ['id'], message));
  }
  if (key.revoked) return;
  // The database's clock: processes look for what was revoked since a time that it told them.
  await uow.execute(
    'update api_key set revoked_at = clock_timestamp() where organization_id = $1 and id = $2',
    [uow.organizationId, keyId],
  );
  await announceRevocation(uow, 'key', keyId);
}

async function actingFor(
  uow: UnitOfWork,
  memberId: string,
  grantor: Grantor,
): Promise<MemberEntity> {
  assertMayActFor(grantor, memberId, ['memberId']);
  const { organizationId } = uow;
  const member = await uow.em.findOne(MemberEntity, { organizationId, id: memberId });
  if (member !== null) return member;
  const message = 'There is no such member in this organization.';
  throw new Refusal(refused('NOT_FOUND', ['memberId'], message));
}
