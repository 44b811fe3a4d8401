/**
 * Who is calling. Decided once, at admission, and never again: everything behind admission
 * reads the tenant and the rights from here and from nowhere else.
 */
export const AUDIENCES = ['STOREFRONT', 'INTEGRATOR', 'MEMBER'] as const;
export type Audience = (typeof AUDIENCES)[number];

export const SCOPES = [
  'organization:read',
  'keys:manage',
  'locations:read',
  'locations:write',
  'products:read',
  'products:write',
  'reviews:read',
  'reviews:write',
  'responses:read',
  'responses:write',
  'responses:publish',
  'metrics:read',
  'metrics:write',
  'customers:read',
  'customers:write',
  'surveys:read',
  'surveys:write',
  'feed:read',
] as const;
/** What a secret key or a member may do; publishable keys have none: they see the storefront schema. */
export type Scope = (typeof SCOPES)[number];

export const MEMBER_ROLES = [
  'ADMIN',
  'MANAGER',
  'APPROVER',
  'RESPONDER',
  'ANALYST',
  'VIEWER',
] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export interface Caller {
  readonly audience: Audience;
  /** The tenant, as a UUID: every statement of this request carries it. */
  readonly organizationId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The API key's UUID; null for a member who came with a token of the identity provider. */
  readonly keyId: string | null;
  readonly memberId: string | null;
  readonly role: MemberRole | null;
  /** Browser origins that a publishable key may be used from; null allows any. */
  readonly origins: readonly string[] | null;
  /** When the credential ends; null: it does not end by itself. */
  readonly expiresAt: Date | null;
}

/**
 * The part of a caller that decides what an operation may answer. Two callers of one class,
 * one organization and one document get the same bytes, so subscriptions share executions by it.
 */
export function authorizationClass(caller: Caller): string {
  return `${caller.audience}:${[...caller.scopes].sort().join(',')}`;
}
