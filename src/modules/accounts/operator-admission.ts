import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { Database } from '../../db/database.ts';
import type { Caller } from '../../graphql/caller.ts';
import { unauthenticated } from './authentication-error.ts';
import type { Credentials } from './credentials.ts';
import { findOrganizationBySlug } from './organization.reads.ts';
import { scopesOfRole } from './roles.ts';

/** Of the token that a server writes into its lock file, which only its own user can read. */
export const OPERATOR_TOKEN_LEAD = 'ant_op_';

/**
 * The operator is whoever can read the lock file of the embedded database on this machine, and so
 * could read the database itself: an ADMIN of each of its organizations.
 */
export async function admitOperator(
  db: Database,
  expected: string | undefined,
  token: string,
  { organization, remoteAddress }: Credentials,
): Promise<Caller> {
  // Compared in any case, so that its time does not tell whether there is such a token; none is empty.
  if (!isOperatorToken(token, expected ?? '') || !isLoopback(remoteAddress)) {
    throw unauthenticated(
      'OPERATOR_TOKEN_REFUSED',
      'An operator token is taken only from the machine that the server runs on, and only the one in the lock file of the server that runs now.',
    );
  }
  const found = organization === null ? null : await findOrganizationBySlug(db, organization);
  if (found === null) {
    throw unauthenticated(
      'ORGANIZATION_REQUIRED',
      'An operator token needs the header `antiphon-organization` with the slug of an organization of this server.',
    );
  }
  return {
    audience: 'MEMBER',
    organizationId: found.id,
    scopes: scopesOfRole('ADMIN'),
    keyId: null,
    memberId: null,
    role: 'ADMIN',
    origins: null,
    expiresAt: null,
  };
}

/** Compares without telling by its time how much of the token was right; hashing makes the lengths equal. */
function isOperatorToken(token: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(token), digest(expected));
}

/** Whether an address of a socket's other end is this machine: 127.0.0.0/8, ::1, and the former within IPv6. */
export function isLoopback(address: string | null): boolean {
  if (address === null) return false;
  if (address === '::1') return true;
  const v4 = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address;
  return isIPv4(v4) && v4.startsWith('127.');
}
