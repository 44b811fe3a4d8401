import { SCOPES } from '../../graphql/caller.ts';
import type { Scope } from '../../graphql/caller.ts';
import { checkText } from '../../graphql/text-checks.ts';
import { invalidValue, limitExceeded, Refusal } from '../../graphql/user-error.ts';
import type { UserErrorData } from '../../graphql/user-error.ts';
import type { KeyKind } from './key-token.ts';

/** A key as it is asked for, unchecked. */
export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Web origins for a publishable key; null: it is taken from all. */
  readonly origins: readonly string[] | null;
  /** The member (UUID) that a secret key acts for; null: an integration of its own. */
  readonly memberId: string | null;
  readonly expiresAt: Date | null;
}

/** The same, checked: the name trimmed, scopes in a steady order, origins as browsers send them. */
export interface CheckedKey extends NewKey {
  readonly scopes: Scope[];
  readonly origins: string[] | null;
}

const NAME_LIMIT = 100;
const ORIGIN_LIMIT = 50;

/** @throws Refusal with everything that is wrong at once. */
export function checkedKey(key: NewKey, now: Date): CheckedKey {
  const name = key.name.trim();
  const errors = checkText(name, ['name'], NAME_LIMIT, { required: true });
  if (key.expiresAt !== null && key.expiresAt <= now) {
    errors.push(invalidValue(['expiresAt'], 'A key has to expire in the future, or never.'));
  }
  const scopes = checkScopes(key, errors);
  const origins = checkOrigins(key, errors);
  if (key.kind === 'PUBLISHABLE' && key.memberId !== null) {
    errors.push(invalidValue(['memberId'], 'Only a secret key can act for a member.'));
  }
  if (errors.length > 0) throw new Refusal(...errors);
  return { ...key, name, scopes, origins };
}

function checkScopes({ kind, scopes }: NewKey, errors: UserErrorData[]): Scope[] {
  if (kind === 'PUBLISHABLE') {
    if (scopes.length > 0) {
      const message =
        'A publishable key has no scopes: it reaches what is marked for storefronts. Leave them out, or make a secret key.';
      errors.push(invalidValue(['scopes'], message, []));
    }
    return [];
  }
  if (scopes.length === 0) {
    errors.push(invalidValue(['scopes'], 'A secret key needs at least one scope.', SCOPES));
  }
  for (const [index, scope] of scopes.entries()) {
    if (SCOPES.some((known) => known === scope)) continue;
    const message = `There is no scope "${scope.slice(0, 64)}". The scopes are: ${SCOPES.join(', ')}.`;
    errors.push(invalidValue(['scopes', String(index)], message, SCOPES));
  }
  return SCOPES.filter((known) => scopes.includes(known));
}

function checkOrigins({ kind, origins }: NewKey, errors: UserErrorData[]): string[] | null {
  if (origins === null) return null;
  if (kind === 'SECRET') {
    const message =
      'A secret key never belongs in a browser, so it has no origins. Leave them out.';
    errors.push(invalidValue(['origins'], message));
    return null;
  }
  if (origins.length === 0) {
    const message = 'Name at least one origin, or leave them out to allow all.';
    errors.push(invalidValue(['origins'], message));
  }
  if (origins.length > ORIGIN_LIMIT) {
    const message = `A key takes at most ${ORIGIN_LIMIT} origins.`;
    errors.push(limitExceeded(['origins'], message, ORIGIN_LIMIT));
    return null;
  }
  const checked = new Set<string>();
  for (const [index, text] of origins.entries()) {
    const origin = originOf(text);
    if (origin !== null) checked.add(origin);
    else {
      const message = `"${text.slice(0, 100)}" is not an origin. An origin is a scheme and a host, such as https://shop.example or http://localhost:3000, without a path or a wildcard.`;
      errors.push(invalidValue(['origins', String(index)], message));
    }
  }
  return [...checked];
}

/** As browsers send it in the Origin header, `https://shop.example`; null when it is no origin. */
function originOf(text: string): string | null {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) return null;
  const { protocol, origin, hostname, href } = new URL(trimmed);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  // Anything beyond the origin (a path, a query, a password) makes the two differ.
  return href === `${origin}/` && !hostname.includes('*') ? origin : null;
}
