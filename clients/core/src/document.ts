/** A document with the types of what goes in and what comes out; the generator makes them. */
export interface OperationDocument<Result, Variables> {
  readonly name: string;
  /** What is sent. */
  readonly text: string;
  /** SHA-256 of `text`, in hex. */
  readonly hash: string;
  /** For the compiler alone: nothing is there at run time. Tools for typed documents know the name. */
  readonly __apiType?: (variables: Variables) => Result;
}

/** A document that has one answer. */
export interface RequestDocument<Result, Variables> extends OperationDocument<Result, Variables> {
  readonly kind: 'query' | 'mutation';
}

/** The answer of a document: `ResultOf<typeof GetViewerDocument>`. */
export type ResultOf<Document> =
  Document extends OperationDocument<infer Result, never> ? Result : never;

/** What a document takes: `VariablesOf<typeof GetViewerDocument>`. */
export type VariablesOf<Document> =
  Document extends OperationDocument<unknown, infer Variables> ? Variables : never;
