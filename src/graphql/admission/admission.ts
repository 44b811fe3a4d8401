import { getVariableValues, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { Caller } from '../caller.ts';
import type { Schemas } from '../schema.ts';
import type { Variables } from './cost-term.ts';
import { AdmissionError, RequestError } from './errors.ts';
import type { DocumentLimits } from './limits.ts';
import { PreparedDocuments, type PreparedOperation } from './prepared-document.ts';
import { type RateLimit, RateLimiter, type RateState } from './rate-limit.ts';

/** A GraphQL request as every transport brings it. */
export interface OperationRequest {
  readonly query?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** `{"explain": true}` has the answer say which way it was made. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation that may run, and what it was admitted with. */
export interface AdmittedOperation {
  readonly operation: PreparedOperation;
  /** Coerced: the executor takes them as they are. */
  readonly variables: Variables;
  readonly caller: Caller;
  /** Points. */
  readonly cost: number;
  readonly costLimit: number;
  /** Whether the answer says which way it was made. */
  readonly explain: boolean;
  readonly rate: RateState;
}

export interface AdmissionOptions {
  readonly schemas: Schemas;
  readonly limits: DocumentLimits;
  readonly rateLimit: RateLimit;
  /** Whether publishable keys may introspect; others always may. */
  readonly storefrontIntrospection: boolean;
  /** Bytes of memory that parsed documents may take, about. */
  readonly documentCacheBytes: number;
}

/**
 * The one way in, for HTTP, WebSocket and event streams alike.
 *
 * `admit` rejects with an {@link AdmissionError}; then nothing was executed.
 */
export interface Admission {
  admit(request: OperationRequest, caller: Caller): Promise<AdmittedOperation>;
  /**
   * Pays for what is answered without being run: from memory, for an operation that was admitted
   * to callers of this audience before. @throws AdmissionError RATE_LIMITED
   */
  charge(caller: Caller, cost: number): Promise<RateState>;
}

/**
 * Parsing and validating is work, too, and grows with the text: it is paid for by each document that
 * is not kept, which those that are refused never are.
 */
const POINTS_PER_CHARACTER = 0.1;
const LEAST_REFUSED_POINTS = 10;
const MAX_VARIABLE_ERRORS = 20;

export function createAdmission(options: AdmissionOptions): Admission {
  const { schemas, limits, documentCacheBytes: cacheBytes } = options;
  const documents = new PreparedDocuments({ limits, cacheBytes });
  const rates = new RateLimiter(options.rateLimit);
  return {
    async admit(request, caller) {
      await rates.check(caller);
      const schema = caller.audience === 'STOREFRONT' ? schemas.storefront : schemas.full;
      const text = request.query ?? '';
      const preparing = documents.keeps(schema, text) ? 0 : text.length * POINTS_PER_CHARACTER;
      let admitted;
      try {
        admitted = decide(request, caller, schema, documents, options);
      } catch (error) {
        if (error instanceof AdmissionError) {
          await rates.spend(caller, Math.max(LEAST_REFUSED_POINTS, preparing));
        }
        throw error;
      }
      return { ...admitted, rate: await rates.spend(caller, admitted.cost + preparing) };
    },
    charge: (caller, cost) => rates.spend(caller, cost),
  };
}

function decide(
  request: OperationRequest,
  caller: Caller,
  schema: GraphQLSchema,
  documents: PreparedDocuments,
  { limits, storefrontIntrospection }: AdmissionOptions,
): Omit<AdmittedOperation, 'rate'> {
  if (!request.query) {
    throw new AdmissionError(
      new RequestError('BAD_REQUEST', 'Send the document as a string in `query`.'),
    );
  }
  const forStorefront = caller.audience === 'STOREFRONT';
  const operation = documents.operation(schema, request.query, request.operationName);
  if (forStorefront && !storefrontIntrospection && operation.reach.introspection) {
    throw new AdmissionError(
      new RequestError(
        'GRAPHQL_VALIDATION_FAILED',
        'Publishable keys cannot introspect here; `schema/storefront.graphql` is the schema.',
      ),
    );
  }
  if (!forStorefront) requireScopes(operation, caller);
  const variables = coerceVariables(operation, request.variables ?? {});
  const excesses = operation.inputs.check(variables);
  if (excesses.length > 0) throw new AdmissionError(...excesses.slice(0, MAX_VARIABLE_ERRORS));
  const cost = operation.cost(variables);
  if (cost > limits.maxCost) {
    throw new AdmissionError(
      new RequestError(
        'DOCUMENT_TOO_COSTLY',
        `The operation costs ${cost} points; ${limits.maxCost} are taken. Ask for shorter pages or fewer nested lists.`,
        { extensions: { cost: { requested: cost, limit: limits.maxCost } } },
      ),
    );
  }
  const explain = request.extensions?.['explain'] === true;
  return { operation, variables, caller, cost, costLimit: limits.maxCost, explain };
}

function requireScopes({ reach, node }: PreparedOperation, caller: Caller): void {
  const missing: GraphQLError[] = [];
  for (const [scope, field] of reach.scopes) {
    if (caller.scopes.has(scope)) continue;
    missing.push(
      new RequestError(
        'FORBIDDEN',
        `${field} needs the scope ${scope}, which this key or member does not have.`,
        { nodes: node, extensions: { scope, field } },
      ),
    );
  }
  if (missing.length > 0) throw new AdmissionError(...missing);
}

function coerceVariables(
  { schema, node, coerce }: PreparedOperation,
  inputs: Readonly<Record<string, unknown>>,
): Variables {
  const variables = coerce(inputs);
  if (variables) return variables;
  const { errors, coerced } = getVariableValues(schema, node.variableDefinitions ?? [], inputs, {
    maxErrors: MAX_VARIABLE_ERRORS,
  });
  if (coerced) return coerced;
  throw new AdmissionError(
    ...errors.map(
      (error) =>
        new RequestError('BAD_USER_INPUT', error.message, {
          nodes: error.nodes ?? null,
          extensions: error.extensions,
        }),
    ),
  );
}
