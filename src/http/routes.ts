import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { RequestError } from '../graphql/admission/errors.ts';
import { sendRefusal } from './answers.ts';
import type { ExportRoute } from './export-route.ts';
import type { GraphQLRoute } from './graphql-route.ts';
import { type ReadinessCheck, sendHealth, sendReadiness } from './health.ts';
import type { Metrics } from './metrics.ts';
import { setPageHeaders } from './protection.ts';
import { requestIdOf } from './request-id.ts';
import type { StreamRoute } from './stream-route.ts';
import { type SurveyRoute, SURVEYS_PATH } from './survey-route.ts';

export const GRAPHQL_PATH = '/graphql';
export const STREAM_PATH = '/graphql/stream';
export const HEALTH_PATH = '/healthz';
export const READY_PATH = '/readyz';
export const METRICS_PATH = '/metrics';

/** Answers a request for a page; false, with nothing written, where it has none. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export interface RoutesOptions {
  readonly graphql: GraphQLRoute;
  readonly stream: StreamRoute;
  /** Null: there are none. */
  readonly exports: ExportRoute | null;
  /** Null: there are none. */
  readonly surveys: SurveyRoute | null;
  readonly metrics: Metrics;
  readonly readiness: readonly ReadinessCheck[];
  readonly pages: PageHandler;
  readonly isLeaving: () => boolean;
  readonly logger: Logger;
}

type Route =
  'graphql' | 'stream' | 'export' | 'survey' | 'health' | 'ready' | 'metrics' | 'page' | 'none';

const ROUTES: Readonly<Record<string, Route>> = {
  [GRAPHQL_PATH]: 'graphql',
  [STREAM_PATH]: 'stream',
  [HEALTH_PATH]: 'health',
  [READY_PATH]: 'ready',
  [METRICS_PATH]: 'metrics',
};

/** Probes come every few seconds, and operations have a line of their own. */
const QUIET: ReadonlySet<Route> = new Set(['health', 'ready', 'metrics', 'graphql']);

export function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** Answers every request that is no WebSocket; never rejects. */
export function createRequestHandler(
  options: RoutesOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const requestId = requestIdOf(request);
    if (options.isLeaving()) response.setHeader('connection', 'close');
    const { logger } = options;
    const startedAt = performance.now();
    answer(options, request, response, requestId)
      .then((route) => observe(options, { route, request, response, requestId, startedAt }))
      .catch((error: unknown) => {
        response.destroy();
        logger.error({ err: error, requestId }, 'A request could not be answered');
      });
  };
}

async function answer(
  options: RoutesOptions,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<Route> {
  const { graphql, stream, exports, surveys, metrics, readiness, pages, logger } = options;
  const route = routeOf(request, exports);
  const fault = { requestId, logger };
  // GraphQL sets them itself, because answers from memory do so in a cheaper way.
  if (route !== 'graphql') setPageHeaders(response, requestId);
  switch (route) {
    case 'graphql':
      await graphql.handle(request, response, fault);
      return route;
    case 'stream':
      await stream.handle(request, response, fault);
      return route;
    case 'export':
      if (exports === null) break;
      await exports.handle(request, response, fault);
      return route;
    case 'survey':
      if (surveys === null) break;
      await surveys.handle(request, response, fault);
      return route;
    case 'health':
      sendHealth(response);
      return route;
    case 'ready':
      await sendReadiness(response, readiness, options.isLeaving(), logger);
      return route;
    case 'metrics': {
      const { contentType, body } = await metrics.text();
      response.setHeader('content-type', contentType).end(body);
      return route;
    }
    default:
      if (await pages(request, response)) return 'page';
  }
  sendRefusal(request, response, nothingHere(), fault);
  return 'none';
}

function routeOf(request: IncomingMessage, exports: ExportRoute | null): Route {
  const path = pathOf(request);
  if (path.startsWith(SURVEYS_PATH)) return 'survey';
  if (exports !== null && path.startsWith(exports.path)) return 'export';
  return ROUTES[path] ?? 'page';
}

function nothingHere(): RequestError {
  return new RequestError('NOT_FOUND', `There is nothing here. GraphQL is at ${GRAPHQL_PATH}.`);
}

function observe(
  { metrics, exports, logger }: RoutesOptions,
  subject: {
    route: Route;
    request: IncomingMessage;
    response: ServerResponse;
    requestId: string;
    startedAt: number;
  },
): void {
  const { route, request, response, requestId, startedAt } = subject;
  const status = response.statusCode;
  metrics.response(route, status);
  const level = QUIET.has(route) && status < 400 ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const ms = Math.round((performance.now() - startedAt) * 10) / 10;
  const path = loggedPath(route, request, exports);
  logger[level]({ requestId, method: request.method, path, route, status, ms }, 'request');
}

/** Without the query, which holds a GET's variables, and without the token of a file or a survey. */
function loggedPath(
  route: Route,
  request: IncomingMessage,
  exports: ExportRoute | null,
): string | undefined {
  if (route === 'none') return undefined;
  if (route === 'survey') return `${SURVEYS_PATH}…`;
  return route === 'export' ? `${exports?.path}…` : pathOf(request);
}
