import type { Database } from '../../db/database.ts';
import { column, computed, Noun } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import type { MemberRole } from '../../graphql/caller.ts';
import { convertedId } from '../noun-fields.ts';

export const memberNoun = new Noun({
  type: 'Member',
  table: 'member',
  alias: 'm',
  types: { created_at: 'timestamptz' },
  fields: {
    id: convertedId('Member'),
    email: column('email'),
    name: column('name'),
    role: column('role'),
    signsIn: computed(['subject'], ([subject]) => subject !== null),
    issuer: column('issuer'),
    subject: column('subject'),
    createdAt: column('created_at'),
  },
  // Never of a storefront, whatever way an id comes.
  publicWhen: 'false',
});

/** By address: unique in the organization, and indexed so. */
export const MEMBERS_BY_EMAIL: Order = {
  name: 'EMAIL',
  expression: 'm.email',
  type: 'text',
  descending: false,
};

/** A member as commands show it. */
export interface MemberSummary {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly signsIn: boolean;
}

const SUMMARY = 'm.id, m.email, m.name, m.role, m.subject is not null as "signsIn"';

/** By address, at most `limit`; `after` is the last address of the page before. */
export async function listMembers(
  db: Database,
  organizationId: string,
  page: { readonly limit: number; readonly after?: string },
): Promise<MemberSummary[]> {
  return await db.read<MemberSummary>(
    organizationId,
    `select ${SUMMARY} from member m
      where m.organization_id = $1 and m.email > $2
      order by m.email limit $3`,
    [page.after ?? '', page.limit],
  );
}

/** `email` in any case. */
export async function findMemberByEmail(
  db: Database,
  organizationId: string,
  email: string,
): Promise<MemberSummary | null> {
  const [row] = await db.read<MemberSummary>(
    organizationId,
    `select ${SUMMARY} from member m where m.organization_id = $1 and m.email = lower($2)`,
    [email],
  );
  return row ?? null;
}
