import type { Dataset } from '../dataset/dataset.ts';

/** Which of the dataset's keys a call is made with. */
export type KeyKind = keyof Dataset['keys'];

/** One HTTP request to a contender. */
export interface Call {
  readonly path: string;
  readonly key: KeyKind;
  /** JSON, for a POST; null: a GET. */
  readonly body: string | null;
  /** A GET as a browser sends it that has the answer: with the validator of the last one. */
  readonly isConditional?: boolean;
}

/** A call, or how it is made of the answer to the one before it. */
export type Step = Call | ((previous: unknown) => Call);

/** Makes a call outside of the measurement, and gives the parsed answer. */
export type Post = (call: Call) => Promise<unknown>;

/** How a contender is asked one question. */
export interface Ask<Variables> {
  /** The calls of one operation; `post` looks up what the variables do not say, such as a cursor. */
  readonly steps: (variables: Variables, post: Post) => readonly Step[] | Promise<readonly Step[]>;
  /** The answers in the shape that all contenders share, ids and times as `canonical` makes them. */
  readonly normalise: (answers: readonly unknown[], variables: Variables) => unknown;
}

export type Asks = Readonly<Record<string, Ask<never>>>;

export interface Contender {
  readonly name: string;
  /** For people, with its version. */
  readonly title: string;
  /** Its server's program, started by Node 24 with the environment of {@link ServerEnvironment}. */
  readonly program: readonly string[];
  /** In place of, or on top of, {@link ServerEnvironment}. */
  readonly environment?: (dataset: Dataset) => Readonly<Record<string, string>>;
  /** Whether it asks no database while it is measured: the load then stays awake for it. */
  readonly isFromMemory?: true;
  /** Questions that it does not answer are absent. */
  readonly asks: (dataset: Dataset) => Asks;
}

/** Connections of each contender to PostgreSQL. */
export const POOL_SIZE = 10;

/** What a server of ours finds in its environment; Antiphon has names of its own. */
export interface ServerEnvironment {
  readonly PORT: string;
  readonly DATABASE_URL: string;
  readonly BENCH_POOL_SIZE: string;
  /** JSON: {@link Callers}. */
  readonly BENCH_CALLERS: string;
}

/** Who a key stands for. */
export interface Caller {
  readonly organizationId: string;
  /** A storefront sees public reviews and published responses. */
  readonly publicOnly: boolean;
}
export type Callers = Readonly<Record<string, Caller>>;

/** The call of a GraphQL server. */
export function graphqlCall(key: KeyKind, query: string, variables: object): Call {
  return { path: '/graphql', key, body: JSON.stringify({ query, variables }) };
}

/** The `data` of a GraphQL answer. @throws Error where there are errors */
export function dataOf<Data>(answer: unknown): Data {
  const { data, errors } = answer as { data?: Data; errors?: unknown };
  if (errors !== undefined || data == null) throw new Error(JSON.stringify(answer).slice(0, 500));
  return data;
}
