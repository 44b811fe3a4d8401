import type { Database } from '../../db/database.ts';
import type { Caller } from '../../graphql/caller.ts';
import { forbidden, unauthenticated } from './authentication-error.ts';
import { findMemberships } from './credential.reads.ts';
import type { Membership } from './credential.reads.ts';
import type { Credentials } from './credentials.ts';
import type { Identity, IdentityProvider } from './identity-provider.ts';
import { LookupCache } from './lookup-cache.ts';
import { acceptInvitations } from './member.service.ts';
import type { Revocation } from './revocations.ts';

const CACHED_MEMBERS = 10_000;

export interface MemberAdmissionOptions {
  readonly db: Database;
  readonly cacheTtlMs: number;
  readonly identityProvider: IdentityProvider;
}

interface Memberships {
  readonly list: readonly Membership[];
}

/** Lets members in who come with a token of the identity provider. */
export class MemberAdmission {
  readonly #identityProvider: IdentityProvider;
  /** By issuer, subject and verified address: what a person is, in which organizations. */
  readonly #memberships: LookupCache<Memberships>;

  constructor({ db, cacheTtlMs, identityProvider }: MemberAdmissionOptions) {
    this.#identityProvider = identityProvider;
    this.#memberships = new LookupCache<Memberships>({
      load: async (key) => {
        const [issuer, subject, email] = JSON.parse(key) as [string, string, string | null];
        if (email !== null) await acceptInvitations(db, { issuer, subject, email });
        const list = await findMemberships(db, issuer, subject);
        return list.length === 0 ? null : { list };
      },
      ttlMs: cacheTtlMs,
      limit: CACHED_MEMBERS,
    });
  }

  async admit(token: string, credentials: Credentials): Promise<Caller> {
    const identity = await this.#identityProvider.verify(token);
    const { issuer, subject, verifiedEmail } = identity;
    const memberships = await this.#memberships.get(
      JSON.stringify([issuer, subject, verifiedEmail]),
    );
    const member = chosen(memberships?.list ?? [], identity, credentials.organization);
    return {
      audience: 'MEMBER',
      organizationId: member.organizationId,
      scopes: member.scopes,
      keyId: null,
      memberId: member.memberId,
      role: member.role,
      origins: null,
      expiresAt: identity.expiresAt,
    };
  }

  forget({ memberId }: Revocation): void {
    if (memberId === null) return;
    this.#memberships.evict(({ list }) => list.some((each) => each.memberId === memberId));
  }

  forgetAll(): void {
    this.#memberships.evict(() => true);
  }
}

/**
 * The claim binds: a token that the provider made for one organization is not good for another,
 * though its bearer is a member there too. Whether an organization exists is not told to
 * non-members.
 */
function chosen(
  memberships: readonly Membership[],
  { organization: claimed }: Identity,
  named: string | null,
): Membership {
  if (claimed !== null && named !== null && claimed !== named) {
    throw forbidden(
      'ORGANIZATION_NOT_ALLOWED',
      `This token is bound to the organization "${claimed}", and the header \`antiphon-organization\` names another one.`,
    );
  }
  const wanted = named ?? claimed;
  const candidates =
    wanted === null ? memberships : memberships.filter((each) => each.organizationSlug === wanted);
  const [only, ...others] = candidates;
  if (only === undefined) {
    throw forbidden(
      'NOT_A_MEMBER',
      'The identity provider knows you, but you are not a member here. Ask an administrator of the organization to invite you.',
    );
  }
  if (others.length > 0) {
    const slugs = candidates.map((each) => each.organizationSlug).join(', ');
    throw unauthenticated(
      'ORGANIZATION_REQUIRED',
      `You are a member of several organizations. Name one in the header \`antiphon-organization\`: ${slugs}.`,
    );
  }
  return only;
}
