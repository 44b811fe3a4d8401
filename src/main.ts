import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { type App, openApp, VERSION } from './app.ts';
import { startBackground } from './background.ts';
import type { Config } from './config.ts';
import { pendingMigrations } from './db/migrate.ts';
import { type DemoKeyTokens, readDemoKeys, writeDemoKeys } from './demo/demo-keys.ts';
import { DemoRefused, loadDemo } from './demo/load-demo.ts';
import { exportsOf } from './exports.ts';
import { FeedChanges } from './feed/changes.ts';
import { createFeedHub } from './feed/hub.ts';
import { createContext } from './graphql/context.ts';
import { importTurns } from './graphql/import-turns.ts';
import { DEFAULT_DOCUMENT_LIMITS } from './graphql/admission/limits.ts';
import { DEFAULT_SERVER_LIMITS } from './http/limits.ts';
import { createHttpServer, type ServerOptions } from './http/server.ts';
import { readTrustedDocuments } from './trusted-documents.ts';
import { DEMO_ORGANIZATION, inProcess } from './in-process.ts';
import {
  createAuthenticator,
  ensureDemoKeys,
  findOrganizationBySlug,
  listOrganizations,
  OPERATOR_TOKEN_LEAD,
  type OrganizationSummary,
} from './modules/accounts/index.ts';
import { findByExternalId } from './modules/external-ids.ts';
import { limitAnswers } from './modules/survey-responses/index.ts';
import { createFurnishedOrganization } from './new-organization.ts';
import { pageHandler } from './pages/handler.ts';
import { RespondentDoor } from './survey-door.ts';

/** A server that answers, and what is to be told of it. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:4000`; GraphQL is at `/graphql`. */
  readonly url: string;
  readonly wsUrl: string;
  readonly streamUrl: string;
  readonly database: 'embedded' | 'postgresql';
  /** The only organization there is, or the demo's; null where there are none or several. */
  readonly organization: { readonly slug: string; readonly name: string } | null;
  readonly demoKeys: DemoKeyTokens | null;
  /** Finishes what is under way, and closes everything in the order in which it depends on each other. */
  readonly close: () => Promise<void>;
}

export interface StartOptions {
  /** Told while the demo is loaded, which happens on the first start with an embedded database. */
  readonly onDemoProgress?: (reviews: number, total: number) => void;
  /** For tests: how operations are executed. */
  readonly executor?: ServerOptions['executor'];
}

/** How long a key or member is remembered; revocations are told, and looked for, anyway. */
const AUTHENTICATION_CACHE_MS = 10_000;

/** Opens what the configuration names and serves it. The one place that wires the rooms together. */
export async function startServer(
  config: Config,
  logger: Logger,
  options: StartOptions = {},
): Promise<RunningServer> {
  const app = await openApp(config, logger);
  try {
    return await serveApp(app, options);
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Serves an app that is open; closing the server closes the app. */
export async function serveApp(app: App, options: StartOptions = {}): Promise<RunningServer> {
  const { config, logger, db, wakeUp, schemas } = app;
  const isEmbedded = db.kind === 'embedded';
  const demoKeys = isEmbedded ? await prepareDemo(app, options) : null;
  const operatorToken = isEmbedded ? newOperatorToken() : undefined;
  const authenticator = await createAuthenticator({
    db,
    oidc: config.oidc,
    operatorToken,
    cacheTtlMs: AUTHENTICATION_CACHE_MS,
    logger,
  });
  const hub = createFeedHub({ db, wakeUp, logger, pollIntervalMs: config.feedPollMs });
  const changes = new FeedChanges({ db, wakeUp, logger, pollIntervalMs: config.feedPollMs });
  const organization = await onlyOrganization(app);
  limitAnswers(db, config.respondentRateLimit);
  let ready = true;
  const facts = () => ({ version: VERSION, ready, database: db.kind, organization, demoKeys });
  const server = await createHttpServer({
    schemas,
    authenticate: (credentials) => authenticator.authenticate(credentials),
    recall: (credentials) => authenticator.recall(credentials),
    watchRevocations: (onRevocation) => authenticator.watchRevocations(onRevocation),
    createContext: (scope) => createContext({ ...scope, db }),
    hub,
    ...limitsOf(config),
    storefrontIntrospection: config.storefrontIntrospection,
    storefront: storefrontOf(app, changes),
    trustedDocuments: await readTrustedDocuments(config.trustedDocumentFiles),
    readiness: readinessOf(app),
    pages: pageHandler(facts),
    exports: exportsOf(app),
    surveys: new RespondentDoor(db),
    imports: () => importTurns(db).stats,
    logger,
    ...(options.executor && { executor: options.executor }),
  });
  const { url } = await server.listen(config.port, config.host);
  const background = startBackground(app, url);
  if (operatorToken !== undefined) await db.embeddedLock?.publish({ url, token: operatorToken });
  logger.info({ url, database: db.kind, version: VERSION }, 'serving');
  return {
    url,
    wsUrl: `${url.replace(/^http/, 'ws')}/graphql`,
    streamUrl: `${url}/graphql/stream`,
    database: db.kind,
    organization,
    demoKeys,
    async close() {
      ready = false;
      // Subscribers are sent away first: their sockets are what the server would wait for.
      const closed = server.close();
      await hub.close();
      await closed;
      await changes.close();
      await authenticator.close();
      await background.close();
      await app.close();
    },
  };
}

function newOperatorToken(): string {
  return OPERATOR_TOKEN_LEAD + randomBytes(24).toString('base64url');
}

function limitsOf({ limits, rateLimit }: Config) {
  return {
    documentLimits: {
      ...DEFAULT_DOCUMENT_LIMITS,
      maxDepth: limits.maxDepth,
      maxCost: limits.maxCost,
      maxTokens: limits.maxTokens,
      maxAliases: limits.maxAliases,
    },
    rateLimit: { points: rateLimit.cost, seconds: rateLimit.seconds },
    limits: {
      ...DEFAULT_SERVER_LIMITS,
      bodyBytes: limits.maxBodyBytes,
      executionTimeoutMs: limits.requestTimeoutMs,
    },
  };
}

function storefrontOf({ config, db }: App, changes: FeedChanges) {
  const { cacheBytes, ...policy } = config.publicAnswers;
  return {
    policy,
    cacheBytes,
    changes,
    findByExternalId: (organizationId, noun, externalId) =>
      findByExternalId(db, organizationId, noun, externalId),
  } satisfies ServerOptions['storefront'];
}

function readinessOf({ db }: App): ServerOptions['readiness'] {
  return [
    {
      name: 'database',
      check: async () => {
        await db.system('select 1');
        return null;
      },
    },
    {
      name: 'migrations',
      check: async () => {
        const pending = await pendingMigrations(db);
        return pending.length === 0 ? null : `not applied: ${pending.join(', ')}`;
      },
    },
  ];
}

async function onlyOrganization({ db }: App): Promise<OrganizationSummary | null> {
  const [only, second] = await listOrganizations(db);
  if (second !== undefined) return findOrganizationBySlug(db, DEMO_ORGANIZATION.slug);
  return only ?? null;
}

/**
 * The demo of an embedded database: its organization on the first start, its keys on every start
 * (they are kept beside the database), and its reviews while there are none. A database that
 * somebody uses for an organization of their own is left alone.
 */
async function prepareDemo(app: App, options: StartOptions): Promise<DemoKeyTokens | null> {
  const { db, config } = app;
  let demo = await findOrganizationBySlug(db, DEMO_ORGANIZATION.slug);
  if (demo === null) {
    if ((await listOrganizations(db)).length > 0) return null;
    demo = await createFurnishedOrganization(db, DEMO_ORGANIZATION);
  }
  const known = await readDemoKeys(config.dataDir);
  const keys = await ensureDemoKeys(db, demo.id, known);
  if (keys !== known) await writeDemoKeys(config.dataDir, keys);
  await fillDemo(app, demo, options);
  return keys;
}

async function fillDemo(app: App, demo: OrganizationSummary, options: StartOptions): Promise<void> {
  const { execute } = inProcess(app, demo);
  try {
    await loadDemo(
      async <Data>(document: string, variables: Readonly<Record<string, unknown>>) => {
        const { data, errors } = await execute(document, variables);
        if (errors?.[0]) throw errors[0];
        return data as Data;
      },
      { now: new Date(), ...(options.onDemoProgress && { onProgress: options.onDemoProgress }) },
    );
  } catch (error) {
    if (!(error instanceof DemoRefused)) throw error;
  }
}
