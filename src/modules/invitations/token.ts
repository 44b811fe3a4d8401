import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { serverSecret } from '../../db/server-secret.ts';

/**
 * What a token opens, by its lead: one customer's invitation, a link that anybody may follow, or what
 * somebody has begun to answer by such a link.
 */
const LEADS = { invitation: 'inv_', public: 'pub_', response: 'ans_' } as const;
export type TokenKind = keyof typeof LEADS;

export interface TokenSubject {
  readonly kind: TokenKind;
  /** UUID. */
  readonly organizationId: string;
  /** UUID; of a token of kind `response`, that of the response. */
  readonly invitationId: string;
}

/** 128 bits: nobody guesses one, and a link still fits on a line of a mail. */
const SIGNATURE_BYTES = 16;
const ID_BYTES = 16;
const TOKEN = /^(inv|pub|ans)_([A-Za-z0-9_-]{64})$/;
const SECRET = 'invitation-tokens';
const KIND_OF: Readonly<Record<string, TokenKind>> = {
  inv: 'invitation',
  pub: 'public',
  ans: 'response',
};

/**
 * The token of an invitation: its ids, and the installation's signature over them. The same
 * invitation always has the same token, so nothing of it is stored.
 *
 * Asks the database for the secret the first time: not from inside a unit of work, unless
 * {@link warmTokens} was called before.
 */
export async function makeToken(
  db: Database,
  subject: Omit<TokenSubject, 'kind'> & { readonly kind?: TokenKind },
): Promise<string> {
  const { kind = 'invitation', organizationId, invitationId } = subject;
  const ids = Buffer.concat([uuidBytes(organizationId), uuidBytes(invitationId)]);
  const signature = sign(await serverSecret(db, SECRET), kind, ids);
  return LEADS[kind] + Buffer.concat([ids, signature]).toString('base64url');
}

/** What a token opens; null for one that this installation has not made. Does not look at the row. */
export async function readToken(db: Database, token: string): Promise<TokenSubject | null> {
  const parts = TOKEN.exec(token);
  const kind = KIND_OF[parts?.[1] ?? ''];
  if (parts === null || kind === undefined) return null;
  const bytes = Buffer.from(parts[2] as string, 'base64url');
  const ids = bytes.subarray(0, 2 * ID_BYTES);
  const expected = sign(await serverSecret(db, SECRET), kind, ids);
  if (!timingSafeEqual(bytes.subarray(2 * ID_BYTES), expected)) return null;
  return {
    kind,
    organizationId: uuidText(ids.subarray(0, ID_BYTES)),
    invitationId: uuidText(ids.subarray(ID_BYTES)),
  };
}

/** Reads the secret, so that tokens can be made and read inside a unit of work from here on. */
export async function warmTokens(db: Database): Promise<void> {
  await serverSecret(db, SECRET);
}

/** Where a respondent answers: a page that Antiphon serves. */
export function linkOf(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/s/${token}`;
}

function sign(secret: Uint8Array, kind: TokenKind, ids: Uint8Array): Buffer {
  return createHmac('sha256', secret)
    .update(kind)
    .update(ids)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
