import { APP_ROLE, TENANT_SETTING } from '../tenant.ts';

/**
 * What makes a table a tenant's: the application's role may use it, and row-level security lets it
 * see and write the rows of the current tenant only. Not FORCE: the owner, as whom the fast reads
 * and the few statements outside of a tenant run, must stay free of it, superuser or not.
 * The tenant is a subselect so that PostgreSQL works it out once for a statement, and not up to three
 * times for each row that is written.
 */
export function tenantTable(table: string, tenantColumn = 'organization_id'): string[] {
  const currentTenant = `(select nullif(current_setting('${TENANT_SETTING}', true), '')::uuid)`;
  const isCurrentTenant = `${tenantColumn} = ${currentTenant}`;
  return [
    `alter table ${table} enable row level security`,
    `create policy tenant on ${table} using (${isCurrentTenant}) with check (${isCurrentTenant})`,
    `grant select, insert, update, delete on ${table} to ${APP_ROLE}`,
  ];
}
