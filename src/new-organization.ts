import type { Database } from './db/database.ts';
import {
  createOrganization,
  type NewOrganization,
  type OrganizationSummary,
} from './modules/accounts/index.ts';
import { insertMetricDefaults } from './modules/metrics/index.ts';

/** A new tenant with all that the modules give to one: accounts does not know them. */
export function createFurnishedOrganization(
  db: Database,
  organization: NewOrganization,
): Promise<OrganizationSummary> {
  return createOrganization(db, organization, insertMetricDefaults);
}
