import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import type { Logger } from 'pino';
import type { Admission } from '../graphql/admission/admission.ts';
import type { Operations } from '../graphql/execute/operations.ts';
import { admitInto, type Exchange, runInto } from './exchange.ts';

/** Apollo copies its context, but not what is in it. */
export interface ApolloContext {
  readonly exchange: Exchange;
}

export interface ApolloOptions {
  /** Apollo wants one; which schema counts for a caller is admission's to say. */
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  readonly operations: Operations;
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

/**
 * Apollo Server without its own opinions: it reads the HTTP request as the specification wants it,
 * prevents CSRF, and leaves the document to admission (before it would parse and validate it) and
 * the execution to ours (where a cached answer would come from): what comes of it is written by the
 * route, as text that is not made into objects on the way. Plugins that call home are off.
 */
export function createApollo({
  schema,
  admission,
  operations,
  logger,
}: ApolloOptions): ApolloServer<ApolloContext> {
  return new ApolloServer<ApolloContext>({
    schema,
    plugins: [admitting(admission, operations), ...DISABLED],
    // What admission lets in is valid; Apollo's validation knows one schema, and runs once too often.
    dangerouslyDisableValidation: true,
    documentStore: null,
    persistedQueries: false,
    csrfPrevention: true,
    introspection: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    nodeEnv: 'production',
    logger,
  });
}

const DISABLED = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

/** Stands in for a document that was refused, so that Apollo goes on to where it takes our answer. */
const REFUSED = parse('{ __typename }');

function admitting(
  admission: Admission,
  operations: Operations,
): ApolloServerPlugin<ApolloContext> {
  return {
    async requestDidStart() {
      return {
        // The last hook before Apollo would parse: with a document in place it does not.
        async didResolveSource(context) {
          setDocument(context, await admitOver(context, admission));
        },
        async responseForOperation({ contextValue: { exchange } }) {
          await runInto(exchange, operations);
          return { http: { headers: new HeaderMap() }, body: EMPTY_BODY };
        },
      };
    },
    async unexpectedErrorProcessingRequest({ requestContext, error }) {
      requestContext.contextValue.exchange.fault = error;
    },
  };
}

const EMPTY_BODY = { kind: 'single' as const, singleResult: {} };

/** Never throws: Apollo takes an error of this hook for one of its own. */
async function admitOver(
  { request, source, contextValue: { exchange } }: GraphQLRequestContext<ApolloContext>,
  admission: Admission,
): Promise<DocumentNode> {
  const { variables } = request;
  // Apollo looks for an operation of this name; some clients send an empty one for none.
  const operationName = request.operationName || undefined;
  Object.assign(request, { operationName });
  const { extensions } = request;
  const asked = { query: source, operationName, variables, extensions };
  const admitted = await admitInto(exchange, admission, asked);
  return admitted?.operation.document ?? REFUSED;
}

function setDocument(context: object, document: DocumentNode): void {
  Object.assign(context, { document });
}
