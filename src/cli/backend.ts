import type { Variables } from './graphql-request.ts';

/** Whatever answers GraphQL: a server, or the database opened by this process. */
export interface Backend {
  /** For a person: what is spoken with. Holds no secret. */
  readonly description: string;
  /** @throws RequestFailed where the answer is not whole */
  execute<Data>(document: string, variables?: Variables): Promise<Data>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
