import { randomUUID } from 'node:crypto';
import { type DocumentNode, execute, type ExecutionResult, parse, validate } from 'graphql';
import type { Logger } from 'pino';
import { type App, openApp } from './app.ts';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import type { Caller } from './graphql/caller.ts';
import { SCOPES } from './graphql/caller.ts';
import { createContext } from './graphql/context.ts';
import {
  findOrganizationBySlug,
  listOrganizations,
  type OrganizationSummary,
} from './modules/accounts/index.ts';
import { createFurnishedOrganization } from './new-organization.ts';

/** The organization of a database that nobody has used yet. */
export const DEMO_ORGANIZATION = { slug: 'demo', name: 'Demo' };

/** There is no organization to work on, or several; the message says what to do. */
export class OrganizationChoiceError extends Error {}

/**
 * The organization that a command works on: the one named; else the only one there is; else, on an
 * empty database, `demo`, which is made.
 * @throws OrganizationChoiceError that names the organizations there are.
 */
export async function chooseOrganization(
  db: Database,
  slug: string | undefined,
): Promise<OrganizationSummary> {
  if (slug !== undefined) {
    const found = await findOrganizationBySlug(db, slug);
    if (found !== null) return found;
    throw new OrganizationChoiceError(
      `There is no organization "${slug}". ${await thereAre(db)} Make it by: antiphon organizations create ${slug}`,
    );
  }
  const [only, second] = await listOrganizations(db);
  if (only === undefined) return createFurnishedOrganization(db, DEMO_ORGANIZATION);
  if (second === undefined) return only;
  throw new OrganizationChoiceError(
    `Say by --organization which one is meant. ${await thereAre(db)}`,
  );
}

async function thereAre(db: Database): Promise<string> {
  const slugs = (await listOrganizations(db)).map((organization) => organization.slug);
  return slugs.length === 0 ? 'There are none yet.' : `There are: ${slugs.join(', ')}.`;
}

/** The schema over a database that this process has opened itself, with all rights in one organization. */
export interface InProcess {
  readonly db: Database;
  readonly organization: OrganizationSummary;
  /** Runs a trusted document: nothing is limited, and faults are thrown as they are. */
  execute(query: string, variables?: Readonly<Record<string, unknown>>): Promise<ExecutionResult>;
  close(): Promise<void>;
}

/**
 * Opens the configured database, migrates it, and chooses the organization.
 * @throws EmbeddedDatabaseInUse where a server holds the embedded database: go through that one.
 */
export async function openInProcess(
  config: Config,
  organizationSlug: string | undefined,
  logger: Logger,
): Promise<InProcess> {
  const app = await openApp(config, logger);
  try {
    const organization = await chooseOrganization(app.db, organizationSlug);
    return { ...inProcess(app, organization), close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** The same over an app that is open already, and stays so. */
export function inProcess(
  { db, schemas }: App,
  organization: OrganizationSummary,
): Omit<InProcess, 'close'> {
  const caller = operator(organization.id);
  const documents = new Map<string, DocumentNode>();
  return {
    db,
    organization,
    async execute(query, variables = {}) {
      const document = documents.get(query) ?? parse(query);
      if (!documents.has(query)) {
        const errors = validate(schemas.full, document);
        if (errors.length > 0) return { errors };
        documents.set(query, document);
      }
      return execute({
        schema: schemas.full,
        document,
        variableValues: variables,
        contextValue: createContext({ requestId: randomUUID(), caller, db }),
      });
    },
  };
}

/** Whoever can open the database may do everything in it. */
function operator(organizationId: string): Caller {
  return {
    audience: 'MEMBER',
    organizationId,
    scopes: new Set(SCOPES),
    keyId: null,
    memberId: null,
    role: 'ADMIN',
    origins: null,
    expiresAt: null,
  };
}
