import { createServer as createNodeServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { isTransientDatabaseError } from '../feed/transience.ts';
import { createAdmission } from '../graphql/admission/admission.ts';
import { KnownDocuments } from '../graphql/admission/known-documents.ts';
import type { DocumentLimits } from '../graphql/admission/limits.ts';
import type { RateLimit } from '../graphql/admission/rate-limit.ts';
import type { Caller } from '../graphql/caller.ts';
import { createExecutor, type ExecutorOptions } from '../graphql/execute/executor.ts';
import { createOperations } from '../graphql/execute/operations.ts';
import type { CohortHub } from '../graphql/execute/subscriptions.ts';
import type { Schemas } from '../graphql/schema.ts';
import { createApollo } from './apollo.ts';
import { type Authenticate, Gate, type Recall } from './gate.ts';
import { GraphQLRoute } from './graphql-route.ts';
import { ExportRoute, type Exports } from './export-route.ts';
import type { ReadinessCheck } from './health.ts';
import type { ServerLimits } from './limits.ts';
import { type HubStats, type ImportStats, Metrics } from './metrics.ts';
import { Observer } from './observer.ts';
import { createRequestHandler, GRAPHQL_PATH, type PageHandler, pathOf } from './routes.ts';
import { type Revocation, Sessions } from './sessions.ts';
import { StorefrontAnswers, type StorefrontOptions } from './storefront/storefront-answers.ts';
import { StreamRoute } from './stream-route.ts';
import { type SurveyDoor, SurveyRoute } from './survey-route.ts';
import { refuseUpgrade, WebSockets } from './websocket.ts';

export interface ServerOptions {
  readonly schemas: Schemas;
  readonly authenticate: Authenticate;
  /** Without it, each request is authenticated anew. */
  readonly recall?: Recall;
  /** Calls back when somebody who was let in must not stay; gives a disposer. */
  readonly watchRevocations: (onRevocation: (revocation: Revocation) => void) => () => void;
  /** What resolvers get; called for each request, and for each batch of events of a cohort. */
  readonly createContext: (scope: {
    caller: Caller;
    requestId: string;
    remoteAddress?: string | null;
  }) => unknown;
  readonly hub: CohortHub & { stats(): object };
  readonly documentLimits: DocumentLimits;
  readonly rateLimit: RateLimit;
  readonly limits: ServerLimits;
  /** Whether publishable keys may introspect. */
  readonly storefrontIntrospection: boolean;
  readonly readiness: readonly ReadinessCheck[];
  readonly pages: PageHandler;
  /** Opens the files that links of the schema point to; without it, there are none. */
  readonly exports?: Exports;
  /** Where respondents answer; without it, there is no page for them. */
  readonly surveys?: SurveyDoor;
  /** How many imports are under way, for the metrics. */
  readonly imports?: () => ImportStats;
  readonly logger: Logger;
  readonly executor?: Partial<Omit<ExecutorOptions, 'logger'>>;
  /** Bytes of memory that parsed documents may take, about. */
  readonly documentCacheBytes?: number;
  /** Public answers, and how they are kept; without it, none is. */
  readonly storefront?: StorefrontOptions;
  /** Texts of documents that are known by their hash, and compiled at once. */
  readonly trustedDocuments?: ReadonlySet<string>;
}

export interface HttpServer {
  /** @returns where it listens; port 0 takes a free one. @throws where the port is taken */
  listen(port: number, host: string): Promise<{ port: number; url: string }>;
  /**
   * Takes no more connections, lets requests finish, and closes sockets with 1001; what is not done
   * after the grace period is cut off.
   */
  close(): Promise<void>;
}

const DOCUMENT_CACHE_BYTES = 64 * 1024 * 1024;
const MAX_COMPILED = 500;
const REGISTERED_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Everything that speaks to the outside. It does not own the database or the feed's hub. */
export async function createHttpServer(options: ServerOptions): Promise<HttpServer> {
  const { limits, logger, hub } = options;
  const metrics = new Metrics(() => numbersOf(hub.stats()));
  const parts = partsOf(options, metrics);
  const apollo = createApollo({ ...parts, schema: options.schemas.full, logger });
  await apollo.start();
  const stopWatching = options.watchRevocations((revocation) => parts.sessions.revoke(revocation));

  let isLeaving = false;
  const graphql = new GraphQLRoute({ ...parts, apollo, bodyBytes: limits.bodyBytes });
  const stream = new StreamRoute({ ...parts, ...limits });
  const webSockets = new WebSockets({ ...parts, ...limits, logger });
  const { readiness, pages } = options;
  const exports = options.exports ? new ExportRoute({ ...limits, exports: options.exports }) : null;
  const surveys = options.surveys ? new SurveyRoute(options.surveys) : null;
  const server = createNodeServer(
    nodeOptions(limits),
    createRequestHandler({
      graphql,
      stream,
      exports,
      surveys,
      metrics,
      readiness,
      pages,
      isLeaving: () => isLeaving,
      logger,
    }),
  );
  server.on('upgrade', (request, socket, head) => {
    if (pathOf(request) === GRAPHQL_PATH) webSockets.handleUpgrade(request, socket, head);
    else refuseUpgrade(socket, '404 Not Found');
  });

  const closeOnce = async () => {
    isLeaving = true;
    const closed = closeGracefully(server, limits.shutdownGraceMs, () => webSockets.terminate());
    webSockets.leave();
    stream.leave();
    await closed;
    stopWatching();
    parts.sessions.stop();
    await apollo.stop();
  };
  let closing: Promise<void> | undefined;
  return {
    listen: (port, host) => listen(server, port, host),
    close: () => (closing ??= closeOnce()),
  };
}

function partsOf(options: ServerOptions, metrics: Metrics) {
  const { limits, logger } = options;
  const executor = createExecutor({
    engine: 'auto',
    maxCompiled: MAX_COMPILED,
    trustedDocuments: options.trustedDocuments,
    ...options.executor,
    logger,
  });
  const storefront = options.storefront ? new StorefrontAnswers(options.storefront) : null;
  if (storefront) metrics.watchAnswers(() => storefront.stats);
  if (options.imports) metrics.watchImports(options.imports);
  const gate = new Gate({
    authenticate: options.authenticate,
    recall: options.recall ?? (() => null),
    failures: limits.failedAuthentications,
  });
  return {
    gate,
    metrics,
    storefront,
    documents: new KnownDocuments({
      trusted: options.trustedDocuments ?? [],
      maxBytes: REGISTERED_DOCUMENT_BYTES,
    }),
    observer: new Observer(metrics, logger),
    admission: createAdmission({
      schemas: options.schemas,
      limits: options.documentLimits,
      rateLimit: options.rateLimit,
      storefrontIntrospection: options.storefrontIntrospection,
      documentCacheBytes: options.documentCacheBytes ?? DOCUMENT_CACHE_BYTES,
    }),
    operations: createOperations({
      executor,
      hub: options.hub,
      createContext: options.createContext,
      isTransient: isTransientDatabaseError,
      timeoutMs: limits.executionTimeoutMs,
      logger,
    }),
    sessions: new Sessions({ ...limits, ask: (credentials) => gate.ask(credentials), logger }),
  };
}

function nodeOptions(limits: ServerLimits) {
  return {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // How late a timeout may be noticed.
    connectionsCheckingInterval: Math.max(100, Math.min(limits.headersTimeoutMs / 4, 5_000)),
    maxHeaderSize: 16 * 1024,
    // The kernel finds out about other ends that are gone without a word.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    noDelay: true,
  };
}

function numbersOf(stats: object): ReturnType<HubStats> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(stats)) {
    if (typeof value === 'number') numbers[name] = value;
  }
  return numbers;
}

function listen(
  server: Server,
  port: number,
  host: string,
): Promise<{ port: number; url: string }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host;
      resolve({ port: address.port, url: `http://${name}:${address.port}` });
    });
  });
}

const IDLE_CHECK_MS = 100;

async function closeGracefully(server: Server, graceMs: number, cut: () => void): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Connections that become idle later would be kept for their next request.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const grace = setTimeout(() => {
    cut();
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
}
