import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

/** What is kept of a code that was sent to an address, to show that its mail is read. */
export interface SenderProof {
  /** Where the code went; another address has to be proven anew. */
  readonly address: string;
  /** HMAC of the code, base64url; null: it was used, or tried too often. */
  readonly hash: string | null;
  readonly expiresAt: string;
  readonly triesLeft: number;
  /** When codes were sent in the last day, whichever address: so many, and no more. */
  readonly sentAt: readonly string[];
}

/** A code of six digits, as it is read out or typed. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

export interface CodeSubject {
  readonly organizationId: string;
  readonly address: string;
}

/**
 * A million codes are tried in a second where only their hash is known: without the installation's
 * secret, which no tenant's row holds, the hash tells nothing.
 */
export function hashOfCode(
  secret: Uint8Array,
  { organizationId, address }: CodeSubject,
  code: string,
): string {
  return createHmac('sha256', secret)
    .update(`${organizationId}\n${address}\n${code}`)
    .digest('base64url');
}

export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
