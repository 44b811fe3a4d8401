import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { Variables } from '../admission/cost-term.ts';
import { isErrorCode, RequestError } from '../admission/errors.ts';
import { redactor } from './redact.ts';

/** What is known of the request that failed. Variables are for redacting only: they are not logged. */
export interface FaultContext {
  readonly requestId: string;
  readonly operationName?: string | null;
  readonly variables?: Variables;
  readonly logger: Pick<Logger, 'error'>;
}

/** The result with every error as the caller may see it; faults are logged once each. */
export function withPublicErrors(result: ExecutionResult, fault: FaultContext): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => publicError(error, fault)) };
}

/**
 * What a caller is told of an error. One that carries a code of ours was thrown on purpose and
 * passes; everything else is a fault of the server: it is logged, and told as "Internal error" with
 * the request's id.
 */
export function publicError(error: unknown, fault: FaultContext): GraphQLError {
  const place = error instanceof GraphQLError ? error : undefined;
  const deliberate = deliberateError(error);
  if (deliberate) return told(deliberate.message, deliberate.extensions, place);
  logFault(error, fault);
  const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: fault.requestId };
  return told('Internal error', extensions, place);
}

/** graphql-jit's errors have locations but no nodes, so locations are set from outside. */
function told(
  message: string,
  extensions: Readonly<Record<string, unknown>>,
  place: GraphQLError | undefined,
): GraphQLError {
  const error = new GraphQLError(message, { path: place?.path ?? null, extensions });
  return Object.assign(error, place?.locations && { locations: place.locations });
}

function deliberateError(error: unknown): GraphQLError | undefined {
  const thrown = error instanceof GraphQLError ? originOf(error) : error;
  if (!(thrown instanceof GraphQLError)) return feedError(thrown);
  // graphql-jit's errors have no extensions where they were given none.
  const extensions = (thrown as { extensions?: GraphQLError['extensions'] }).extensions;
  const code = extensions?.['code'];
  if (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') return thrown;
  return isArgumentError(thrown) ? new RequestError('BAD_USER_INPUT', thrown.message) : undefined;
}

/** The feed does not know GraphQL: its errors carry their code, and where to go on, as properties. */
function feedError(thrown: unknown): RequestError | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || !isErrorCode(thrown.code)) {
    return undefined;
  }
  if (!thrown.code.startsWith('FEED_')) return undefined;
  const cursor = 'cursor' in thrown && typeof thrown.cursor === 'string' ? thrown.cursor : null;
  const extensions = cursor === null ? {} : { cursor };
  return new RequestError(thrown.code, thrown.message, { extensions });
}

/** What was thrown, without the errors that the engines put around it to say where. */
function originOf(error: GraphQLError): unknown {
  let origin: unknown = error;
  while (origin instanceof GraphQLError && origin.originalError) origin = origin.originalError;
  return origin;
}

/** Both engines find out at execution that a nullable variable with a default is null after all. */
function isArgumentError({ message }: GraphQLError): boolean {
  return /^Argument "\w+" of (non-null|required) type "/.test(message);
}

function logFault(error: unknown, { logger, requestId, operationName, variables }: FaultContext) {
  const thrown = error instanceof GraphQLError ? originOf(error) : error;
  const path = error instanceof GraphQLError ? error.path?.join('.') : undefined;
  const redact = redactor(variables);
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  // Other properties stay out: database errors carry rows and parameters in theirs.
  const err = { type: name, message: redact(message), stack: stack && redact(stack) };
  logger.error({ requestId, operationName, path, err }, 'A fault was masked');
}
