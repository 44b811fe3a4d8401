import type { Database } from '../../db/database.ts';
import { makeToken } from '../invitations/index.ts';

/** By it, whoever has begun to answer by a public link goes on. */
export function responseToken(
  db: Database,
  organizationId: string,
  responseId: string,
): Promise<string> {
  return makeToken(db, { kind: 'response', organizationId, invitationId: responseId });
}
