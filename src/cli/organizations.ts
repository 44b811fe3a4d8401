import 'reflect-metadata';
import { encodeId } from '../graphql/ids.ts';
import { Refusal } from '../graphql/user-error.ts';
import { listOrganizations } from '../modules/accounts/index.ts';
import { createFurnishedOrganization } from '../new-organization.ts';
import type { CreateOrganizationOptions } from './commands/organizations.ts';
import { CommandError } from './exit-codes.ts';
import { onDatabase } from './on-database.ts';
import { formatTable, openTerminal } from './terminal.ts';

/** @throws CommandError where the slug is taken, or something does not fit */
export async function createOrganizationOf(
  slug: string,
  options: CreateOrganizationOptions,
): Promise<void> {
  const { name = slug, timeZone, locale } = options;
  const made = await onDatabase(async (db) => {
    try {
      return await createFurnishedOrganization(db, { slug, name, timeZone, locale });
    } catch (error) {
      if (error instanceof Refusal) throw new CommandError(error.message);
      throw error;
    }
  });
  const json = { ...made, id: encodeId('Organization', made.id) };
  openTerminal(options).result(json, `Made the organization "${slug}".`);
}

export async function listOrganizationsOf(options: { json?: true }): Promise<void> {
  const found = await onDatabase(listOrganizations);
  const organizations = found.map((each) => ({ ...each, id: encodeId('Organization', each.id) }));
  const rows = organizations.map(({ slug, name, id }) => [slug, name, id]);
  const text =
    rows.length === 0 ? 'There are none yet.' : formatTable(['SLUG', 'NAME', 'ID'], rows);
  openTerminal(options).result(organizations, text);
}
