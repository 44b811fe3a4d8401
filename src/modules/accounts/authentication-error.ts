import { GraphQLError } from 'graphql';

/**
 * Why a caller was not let in. What a holder of a real credential may learn (revoked, expired) is
 * told; whether some other key, organization or member exists never is.
 */
export type AuthenticationReason =
  | 'CREDENTIALS_MISSING'
  | 'CREDENTIALS_MALFORMED'
  | 'KEY_MISTYPED'
  | 'KEY_UNKNOWN'
  | 'KEY_REVOKED'
  | 'KEY_EXPIRED'
  | 'ORIGIN_NOT_ALLOWED'
  | 'ORGANIZATION_REQUIRED'
  | 'ORGANIZATION_NOT_ALLOWED'
  | 'TOKENS_NOT_ACCEPTED'
  | 'TOKEN_MALFORMED'
  | 'TOKEN_SIGNATURE'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_NOT_YET_VALID'
  | 'TOKEN_ISSUER'
  | 'TOKEN_AUDIENCE'
  | 'TOKEN_CLAIM_MISSING'
  | 'IDENTITY_PROVIDER_UNAVAILABLE'
  | 'NOT_A_MEMBER'
  | 'OPERATOR_TOKEN_REFUSED';

export type AuthenticationCode = 'UNAUTHENTICATED' | 'FORBIDDEN';

/**
 * Thrown by the authenticator. `extensions.code` is UNAUTHENTICATED where other credentials are
 * needed (HTTP 401) and FORBIDDEN where the credential is good but not for this (HTTP 403);
 * `extensions.reason` is one of `AuthenticationReason`, and the message says what to do.
 */
export class AuthenticationError extends GraphQLError {
  override readonly name = 'AuthenticationError';
  readonly code: AuthenticationCode;
  readonly reason: AuthenticationReason;

  constructor(code: AuthenticationCode, reason: AuthenticationReason, message: string) {
    super(message, { extensions: { code, reason } });
    this.code = code;
    this.reason = reason;
  }
}

export function unauthenticated(
  reason: AuthenticationReason,
  message: string,
): AuthenticationError {
  return new AuthenticationError('UNAUTHENTICATED', reason, message);
}

export function forbidden(reason: AuthenticationReason, message: string): AuthenticationError {
  return new AuthenticationError('FORBIDDEN', reason, message);
}
