import 'reflect-metadata';
import { openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { encodeId } from '../graphql/ids.ts';
import { Refusal } from '../graphql/user-error.ts';
import { createOrganization, listOrganizations } from '../modules/accounts/index.ts';
import { commandLogger } from './command-logger.ts';
import type { CreateOrganizationOptions } from './commands/organizations.ts';
import { unreachable } from './connect.ts';
import { CommandError } from './exit-codes.ts';
import { formatTable, openTerminal } from './terminal.ts';

/** @throws CommandError where the slug is taken, or something does not fit */
export async function createOrganizationOf(
  slug: string,
  options: CreateOrganizationOptions,
): Promise<void> {
  const { name = slug, timeZone, locale } = options;
  const made = await onDatabase(async (db) => {
    try {
      return await createOrganization(db, { slug, name, timeZone, locale });
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

/** Organizations stand above tenants, and so are not reached through GraphQL. */
async function onDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const config = readConfig();
  const app = await openApp(config, commandLogger(config)).catch((error: unknown) => {
    throw unreachable(error);
  });
  try {
    return await work(app.db);
  } finally {
    await app.close();
  }
}
