import type { Statement } from './unit-transaction.ts';

/** The role of every unit of work: it owns nothing, so that row-level security binds it. */
export const APP_ROLE = 'antiphon_app';

/** The setting that the row-level security policies compare `organization_id` with. */
export const TENANT_SETTING = 'antiphon.organization_id';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What makes the rest of the current transaction run as the application's role within one tenant,
 * with the tenant's id as text of SQL. One statement, because each is a round trip:
 * `set_config('role', …, true)` is `SET LOCAL ROLE`.
 * What a unit of work touches, it finds by key, so it never wants a sequential scan. A planner that
 * has no statistics of a table yet would choose them, also to check foreign keys, and keep that plan
 * for the whole connection (see statistics.ts for the other half of this).
 */
const enterSql = (tenant: string) =>
  `select set_config('role', '${APP_ROLE}', true), ` +
  `set_config('${TENANT_SETTING}', ${tenant}, true), set_config('enable_seqscan', 'off', true)`;

/** @throws TypeError where the id is not a uuid: it becomes part of the text. */
export function enterTenantSql(organizationId: string): string {
  assertUuid(organizationId);
  return enterSql(`'${organizationId}'`);
}

const ENTER_SQL = enterSql('$1');

/** The same as a statement that is prepared once. @throws TypeError where the id is not a uuid */
export function enterTenant(organizationId: string): Statement {
  assertUuid(organizationId);
  return { sql: ENTER_SQL, values: [organizationId] };
}

function assertUuid(organizationId: string): void {
  if (!UUID.test(organizationId)) {
    throw new TypeError(`An organization id is a uuid, not ${JSON.stringify(organizationId)}`);
  }
}
