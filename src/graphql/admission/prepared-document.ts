import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type BoundedInputs, boundedInputs } from './bounded-inputs.ts';
import { type CoerceVariables, variableCoercer } from './coercion.ts';
import { type CostPlan, planCost } from './cost.ts';
import { AdmissionError, RequestError } from './errors.ts';
import type { DocumentLimits } from './limits.ts';
import { type Reach, reachOf } from './reach.ts';
import { checkStructure } from './structure.ts';

/** One operation of a validated document, with what admission and the executor know of it. */
export interface PreparedOperation {
  /** The text of the document: with the schema and the name it says which operation this is. */
  readonly text: string;
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
  /** Those of the document, by name. */
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Null where the operation is anonymous. */
  readonly name: string | null;
  readonly type: OperationTypeNode;
  readonly coerce: CoerceVariables;
  readonly inputs: BoundedInputs;
  readonly cost: CostPlan;
  readonly reach: Reach;
}

interface PreparedDocument {
  readonly operations: readonly PreparedOperation[];
}

/** What graphql-js keeps of a document for each character of its text (tokens, locations, nodes), measured. */
const BYTES_PER_CHARACTER = 60;
const MAX_VALIDATION_ERRORS = 20;

export interface PreparedDocumentsOptions {
  readonly limits: DocumentLimits;
  /** Bytes of memory that parsed documents may take, about. */
  readonly cacheBytes: number;
}

/** Parses and validates documents, and keeps those that are valid, the least recently used going first. */
export class PreparedDocuments {
  readonly #limits: DocumentLimits;
  readonly #cacheBytes: number;
  readonly #caches = new Map<GraphQLSchema, LRUCache<string, PreparedDocument>>();

  constructor({ limits, cacheBytes }: PreparedDocumentsOptions) {
    this.#limits = limits;
    this.#cacheBytes = cacheBytes;
  }

  /**
   * The operation to run. @throws AdmissionError with every reason why there is none.
   *
   * @param operationName null or undefined takes the only operation of the document
   */
  operation(
    schema: GraphQLSchema,
    text: string,
    operationName: string | null | undefined,
  ): PreparedOperation {
    const cache = this.#cacheOf(schema);
    let prepared = cache.get(text);
    if (!prepared) {
      prepared = this.#prepare(schema, text);
      cache.set(text, prepared);
    }
    // Some clients send an empty name for an anonymous operation.
    return chooseOperation(prepared.operations, operationName || undefined);
  }

  /** Whether a document needs no more parsing and validation. */
  keeps(schema: GraphQLSchema, text: string): boolean {
    return this.#cacheOf(schema).has(text);
  }

  #cacheOf(schema: GraphQLSchema): LRUCache<string, PreparedDocument> {
    let cache = this.#caches.get(schema);
    if (!cache) {
      cache = new LRUCache({
        maxSize: this.#cacheBytes,
        sizeCalculation: (_document, text) => text.length * BYTES_PER_CHARACTER,
      });
      this.#caches.set(schema, cache);
    }
    return cache;
  }

  #prepare(schema: GraphQLSchema, text: string): PreparedDocument {
    const document = this.#parse(text);
    const errors = withinStack(() => {
      checkStructure(document, this.#limits);
      return validate(schema, document, undefined, { maxErrors: MAX_VALIDATION_ERRORS });
    });
    if (errors.length > 0) throw new AdmissionError(...errors.map(validationFailed));
    const operations = operationsOf(schema, document, text);
    const excesses = operations.flatMap(({ inputs }) => inputs.excesses);
    if (excesses.length > 0) throw new AdmissionError(...excesses.slice(0, MAX_VALIDATION_ERRORS));
    return { operations };
  }

  #parse(text: string): DocumentNode {
    try {
      return withinStack(() => parse(text, { maxTokens: this.#limits.maxTokens }));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      // The parser has no other sign for it than its message.
      const tooLarge = error.message.includes(`more that ${this.#limits.maxTokens} tokens`);
      throw new AdmissionError(
        tooLarge
          ? new RequestError(
              'DOCUMENT_TOO_LARGE',
              `The document has more than ${this.#limits.maxTokens} tokens. Split it, and put lists of values into variables.`,
              { extensions: { limit: this.#limits.maxTokens } },
            )
          : new RequestError('GRAPHQL_PARSE_FAILED', error.message, placeOf(error)),
      );
    }
  }
}

/** Parser and rules recurse, so a document of nothing but brackets could exhaust the stack. */
function withinStack<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RequestError) throw new AdmissionError(error);
    if (!(error instanceof RangeError)) throw error;
    throw new AdmissionError(
      new RequestError('DOCUMENT_TOO_DEEP', 'The document is nested too deeply.'),
    );
  }
}

function validationFailed(error: GraphQLError): RequestError {
  // graphql-js gives up comparing fields after a while, and has no other sign for it.
  if (error.message === 'Validation aborted.') {
    return new RequestError(
      'DOCUMENT_TOO_LARGE',
      'The document selects the same fields too often. Select each once, or split the document.',
    );
  }
  return new RequestError('GRAPHQL_VALIDATION_FAILED', error.message, placeOf(error));
}

function placeOf({ nodes, source, positions }: GraphQLError) {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null };
}

function operationsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  text: string,
): PreparedOperation[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  return document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? {
          text,
          schema,
          document,
          node,
          fragments,
          name: node.name?.value ?? null,
          type: node.operation,
          coerce: variableCoercer(schema, node.variableDefinitions ?? []),
          inputs: boundedInputs(schema, node, fragments),
          cost: planCost(schema, node, fragments),
          reach: reachOf(schema, node, fragments),
        }
      : [],
  );
}

function chooseOperation(
  operations: readonly PreparedOperation[],
  operationName: string | undefined,
): PreparedOperation {
  const [first, second] = operations;
  if (operationName === undefined && first && !second) return first;
  const named = operationName && operations.find(({ name }) => name === operationName);
  if (named) return named;
  throw new AdmissionError(
    new RequestError(
      'OPERATION_RESOLUTION_FAILURE',
      operationName
        ? `The document has no operation named "${operationName.slice(0, 100)}".`
        : 'The document has several operations: say in `operationName` which one to run.',
    ),
  );
}
