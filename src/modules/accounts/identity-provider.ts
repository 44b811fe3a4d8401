import { errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { DatabaseLogger } from '../../db/database.ts';
import { unauthenticated } from './authentication-error.ts';
import type { AuthenticationError } from './authentication-error.ts';
import { DEFAULT_PROVIDER_KEY_TIMES, ProviderKeys } from './provider-keys.ts';
import type { ProviderKeyTimes } from './provider-keys.ts';

export interface OidcOptions {
  /** Must equal the token's `iss`, character by character. */
  readonly issuer: string;
  /** The token's `aud` must name it. */
  readonly audience: string;
  readonly jwksUrl: string;
  /** Where keys are fetched when; tests shorten it. */
  readonly times?: Partial<ProviderKeyTimes>;
}

/** What a verified token says of its bearer. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** In lower case; null unless the provider says that it has verified it. */
  readonly verifiedEmail: string | null;
  /** The slug that the token is bound to, from the claim `antiphon_organization`. */
  readonly organization: string | null;
  readonly expiresAt: Date;
}

export interface IdentityProvider {
  /** Throws AuthenticationError for every token that is not good. */
  verify(token: string): Promise<Identity>;
}

/** Asymmetric only: a shared secret would let anyone who can check tokens make them. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const ORGANIZATION_CLAIM = 'antiphon_organization';
/** Between the provider's clock and ours. */
const CLOCK_TOLERANCE_SECONDS = 30;

export function createIdentityProvider(
  options: OidcOptions,
  logger: DatabaseLogger,
): IdentityProvider {
  const keys = new ProviderKeys(
    options.jwksUrl,
    { ...DEFAULT_PROVIDER_KEY_TIMES, ...options.times },
    logger,
  );
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys.keyOf, {
          issuer: options.issuer,
          audience: options.audience,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
        });
        return identityOf(payload, options.issuer);
      } catch (error) {
        throw refusal(error, options);
      }
    },
  };
}

function identityOf(payload: JWTPayload, issuer: string): Identity {
  const { sub, exp } = payload;
  if (typeof sub !== 'string' || sub === '') throw claimMissing('sub');
  // Without an end, a stolen token would be good for ever.
  if (exp === undefined) throw claimMissing('exp');
  const email = payload['email'];
  const organization = payload[ORGANIZATION_CLAIM];
  return {
    issuer,
    subject: sub,
    verifiedEmail:
      typeof email === 'string' && payload['email_verified'] === true ? email.toLowerCase() : null,
    organization: typeof organization === 'string' ? organization : null,
    expiresAt: new Date(exp * 1000),
  };
}

/** jose checks the signature before the claims, so whoever learns of a claim holds a real token. */
function refusal(error: unknown, options: OidcOptions): unknown {
  if (error instanceof errors.JWTExpired) {
    return unauthenticated('TOKEN_EXPIRED', 'This token has expired. Sign in again.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error, options);
  if (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed
  ) {
    return unauthenticated(
      'TOKEN_SIGNATURE',
      `The signature of this token is not one that the identity provider ${options.issuer} makes with ${ALGORITHMS.join(', ')}. Sign in there and send the token that it gives.`,
    );
  }
  if (error instanceof errors.JOSEError) {
    return unauthenticated(
      'TOKEN_MALFORMED',
      'This is neither an API key nor a signed JSON Web Token. Send `Authorization: Bearer <key or token>`.',
    );
  }
  return error;
}

function claimRefusal(
  error: errors.JWTClaimValidationFailed,
  options: OidcOptions,
): AuthenticationError {
  switch (error.claim) {
    case 'iss':
      return unauthenticated(
        'TOKEN_ISSUER',
        `This token comes from another issuer. Sign in at ${options.issuer}.`,
      );
    case 'aud':
      return unauthenticated(
        'TOKEN_AUDIENCE',
        `This token is meant for another service. Ask the identity provider for the audience ${options.audience}.`,
      );
    case 'nbf':
      return unauthenticated(
        'TOKEN_NOT_YET_VALID',
        'This token is not valid yet. Check the clocks of the identity provider and of this server.',
      );
    default:
      return claimMissing(error.claim);
  }
}

function claimMissing(claim: string): AuthenticationError {
  return unauthenticated(
    'TOKEN_CLAIM_MISSING',
    `This token lacks a usable claim \`${claim}\`, which this server needs.`,
  );
}
