/** What other modules, the commands and the wiring may use of accounts. */
export { AuthenticationError } from './authentication-error.ts';
export type { AuthenticationCode, AuthenticationReason } from './authentication-error.ts';
export { createAuthenticator } from './authenticate.ts';
export type { Authenticator, AuthenticatorOptions } from './authenticate.ts';
export type { Credentials } from './credentials.ts';
export { ensureDemoKeys } from './demo-keys.ts';
export type { DemoKeys } from './demo-keys.ts';
export type { Grantor } from './grants.ts';
export type { OidcOptions } from './identity-provider.ts';
export { apiKeyNoun, listKeys } from './key.reads.ts';
export type { KeySummary } from './key.reads.ts';
export { createKey, revokeKey } from './key.service.ts';
export type { CreatedKey, NewKey } from './key.service.ts';
export {
  ApiKeyResolver,
  CreateApiKeyPayloadResolver,
  RevokeApiKeyPayloadResolver,
} from './key.resolver.ts';
export { findMemberByEmail, listMembers, memberNoun } from './member.reads.ts';
export type { MemberSummary } from './member.reads.ts';
export { MemberPayloadResolver, MemberResolver } from './member.resolver.ts';
export { inviteMember, updateMember } from './member.service.ts';
export type { MemberChange, NewMember } from './member.service.ts';
export { Member } from './member.type.ts';
export { OPERATOR_TOKEN_LEAD } from './operator-admission.ts';
export { findOrganizationBySlug, listOrganizations } from './organization.reads.ts';
export type { OrganizationSummary } from './organization.reads.ts';
export { createOrganization } from './organization.service.ts';
export type { NewOrganization } from './organization.service.ts';
export { revokes } from './revocations.ts';
export type { Revocation } from './revocations.ts';
export { ViewerResolver } from './viewer.resolver.ts';
