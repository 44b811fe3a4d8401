import type { Database } from '../../db/database.ts';
import type { Reader } from '../../db/read/noun.ts';
import { encodeId } from '../../graphql/ids.ts';
import type { Organization } from './organization.type.ts';

interface OrganizationRow {
  id: string;
  slug: string;
  name: string;
  time_zone: string;
  locale: string;
  negative_at_most: number;
  positive_at_least: number;
  response_due_negative_hours: number;
  response_due_other_hours: number;
  created_at: Date;
}

/** The caller's own organization, in the shape of its schema type. */
export async function readOrganization({ db, organizationId }: Reader): Promise<Organization> {
  const [row] = await db.read<OrganizationRow>(
    organizationId,
    `select organization.id, slug, name, time_zone, locale, negative_at_most, positive_at_least,
            response_due_negative_hours, response_due_other_hours, created_at
       from organization
      where organization.id = $1`,
  );
  if (row === undefined) throw new Error('The organization of this caller does not exist');
  return {
    id: encodeId('Organization', row.id),
    slug: row.slug,
    name: row.name,
    timeZone: row.time_zone,
    locale: row.locale,
    negativeAtMost: row.negative_at_most,
    positiveAtLeast: row.positive_at_least,
    responseDueNegativeHours: row.response_due_negative_hours,
    responseDueOtherHours: row.response_due_other_hours,
    createdAt: row.created_at,
  };
}

/** What commands and admission need of an organization. */
export interface OrganizationSummary {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** All organizations of this installation, by slug: for the operator, who stands above tenants. */
export async function listOrganizations(db: Database): Promise<OrganizationSummary[]> {
  return await db.system<OrganizationSummary>(
    'select id, slug, name from organization order by slug',
  );
}

/** For whoever names an organization before being inside it: commands and the operator token. */
export async function findOrganizationBySlug(
  db: Database,
  slug: string,
): Promise<OrganizationSummary | null> {
  const [row] = await db.system<OrganizationSummary>(
    'select id, slug, name from organization where slug = $1',
    [slug],
  );
  return row ?? null;
}
