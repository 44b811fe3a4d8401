import { createHash } from 'node:crypto';
import type { ExecutionResult, GraphQLResolveInfo } from 'graphql';
import type { AdmittedOperation } from '../admission/admission.ts';
import { AdmissionError } from '../admission/errors.ts';
import { authorizationClass, type Caller } from '../caller.ts';
import type { Executor } from './executor.ts';
import { type FaultContext, publicError, withPublicErrors } from './public-errors.ts';
import { positionVariable, type RootField, subscriptionRootField } from './root-field.ts';

/**
 * Where a subscription's events come from. Its shape is the feed's `CohortSpec`, said here again
 * because this room does not know the feed.
 */
export interface EventSource<Payload> {
  /** What tells one source from another beyond document, variables and caller. */
  readonly key: string;
  readonly organizationId: string;
  readonly kinds: readonly string[];
  /** One item per event to deliver, in order; its value is the root value of the selection. */
  produce(events: readonly unknown[]): Promise<ReadonlyArray<{ seq: number; value: Payload }>>;
}

/** A subscription root field says where its events come from: `extensions.feed`. */
export interface FeedField {
  open(
    args: Record<string, unknown>,
    context: unknown,
    info: GraphQLResolveInfo,
  ): Promise<{ spec: EventSource<unknown>; afterSeq: number | null }>;
}

/** Where the values of a subscription come from: the feed's `ValueSpec`, for the same reason. */
export interface ValueSource<Value> {
  readonly key: string;
  readonly organizationId: string;
  read(): Promise<{ value: Value; mark: string; changesAt: Date | null }>;
}

/** A subscription root field that follows a value, of which only the last counts: `extensions.live`. */
export interface LiveField {
  open(
    args: Record<string, unknown>,
    context: unknown,
    info: GraphQLResolveInfo,
  ): Promise<ValueSource<object>>;
}

/** What subscriptions need of the feed's hub. */
export interface CohortHub {
  subscribe<T>(
    spec: EventSource<T>,
    afterSeq: number | null,
    signal?: AbortSignal,
  ): AsyncIterableIterator<T>;
  watch<T>(spec: ValueSource<T>, signal?: AbortSignal): AsyncIterableIterator<T>;
}

export interface SubscriptionsOptions {
  readonly hub: CohortHub;
  readonly executor: Executor;
  /** A context for one batch of events of a cohort, with loaders of its own. */
  readonly createContext: (scope: { caller: Caller; requestId: string }) => unknown;
  /** Whether an error passes when the same is done again: then the hub does so, and no event is lost. */
  readonly isTransient: (error: unknown) => boolean;
}

export type ResultStream = AsyncIterableIterator<ExecutionResult>;

/**
 * Opens a subscription. Subscribers with the same document, variables, organization and rights share
 * one execution for each event: they get the same result objects.
 *
 * @returns a stream whose errors are public; `return` leaves at once
 * @throws AdmissionError where the field does not open, for example for a cursor it does not take
 */
export async function openSubscription(
  options: SubscriptionsOptions,
  admitted: AdmittedOperation,
  context: unknown,
  fault: FaultContext,
  signal?: AbortSignal,
): Promise<ResultStream> {
  try {
    const root = subscriptionRootField(admitted);
    const live = root.field.extensions['live'] as LiveField | undefined;
    if (live) {
      const source = await live.open(root.args(), context, root.info);
      const values = options.hub.watch(source, signal);
      const run = sharedExecution(options, admitted, cohortKey(admitted, root, source.key), fault);
      return new PublicResults(new MappedStream(values, run), fault);
    }
    const feed = root.field.extensions['feed'] as FeedField | undefined;
    if (!feed) throw new Error(`Subscription.${root.field.name} has no source of events`);
    const { spec, afterSeq } = await feed.open(root.args(), context, root.info);
    const shared: EventSource<ExecutionResult> = {
      ...spec,
      key: cohortKey(admitted, root, spec.key),
      produce: (events) => produceResults(options, admitted, spec, events, fault),
    };
    return new PublicResults(options.hub.subscribe(shared, afterSeq, signal), fault);
  } catch (error) {
    throw new AdmissionError(publicError(error, fault));
  }
}

/** Runs the selection once for each payload; a batch shares a context, and so its loaders' statements. */
async function produceResults(
  { executor, createContext, isTransient }: SubscriptionsOptions,
  { operation, variables, caller }: AdmittedOperation,
  source: EventSource<unknown>,
  events: readonly unknown[],
  fault: FaultContext,
): Promise<ReadonlyArray<{ seq: number; value: ExecutionResult }>> {
  const payloads = await source.produce(events);
  const scope = { caller: withoutIdentity(caller), requestId: fault.requestId };
  const context = createContext(scope);
  return await Promise.all(
    payloads.map(async ({ seq, value: rootValue }) => {
      const { result } = await executor.execute({ operation, variables, context, rootValue });
      const passing = result.errors?.find(isTransient);
      if (passing) throw passing;
      return { seq, value: withPublicErrors(result, fault) };
    }),
  );
}

/** What has been made of each value, by cohort: followers of one value get the same objects. */
const executions = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();

/** Runs the selection over a value, once for a cohort. */
function sharedExecution(
  { executor, createContext }: SubscriptionsOptions,
  { operation, variables, caller }: AdmittedOperation,
  key: string,
  fault: FaultContext,
): (value: object) => Promise<ExecutionResult> {
  const execute = async (rootValue: object): Promise<ExecutionResult> => {
    const scope = { caller: withoutIdentity(caller), requestId: fault.requestId };
    const context = createContext(scope);
    const { result } = await executor.execute({ operation, variables, context, rootValue });
    return withPublicErrors(result, fault);
  };
  return (value) => {
    const ofValue = executions.get(value) ?? new Map<string, Promise<ExecutionResult>>();
    executions.set(value, ofValue);
    const known = ofValue.get(key) ?? execute(value);
    ofValue.set(key, known);
    return known;
  };
}

/** What a cohort shares may depend on rights, and on nobody in particular. */
function withoutIdentity(caller: Caller): Caller {
  return { ...caller, keyId: null, memberId: null, role: null, origins: null, expiresAt: null };
}

function cohortKey(
  { operation, variables, caller }: AdmittedOperation,
  root: RootField,
  sourceKey: string,
): string {
  const position = positionVariable(operation, root);
  const shared = Object.keys(variables)
    .filter((name) => name !== position)
    .sort()
    .map((name) => [name, variables[name]]);
  const parts = [
    caller.organizationId,
    authorizationClass(caller),
    operation.text,
    operation.name,
    shared,
    sourceKey,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** A stream of what is made of another's values; leaving it does not wait for the next one. */
class MappedStream<T> implements ResultStream {
  readonly #values: AsyncIterator<T>;
  readonly #make: (value: T) => Promise<ExecutionResult>;

  constructor(values: AsyncIterator<T>, make: (value: T) => Promise<ExecutionResult>) {
    this.#values = values;
    this.#make = make;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    const next = await this.#values.next();
    if (next.done === true) return { value: undefined, done: true };
    return { value: await this.#make(next.value), done: false };
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    await this.#values.return?.();
    return { value: undefined, done: true };
  }
}

/** The hub's stream, whose errors are told as errors of GraphQL. */
class PublicResults implements ResultStream {
  readonly #results: AsyncIterableIterator<ExecutionResult>;
  readonly #fault: FaultContext;

  constructor(results: AsyncIterableIterator<ExecutionResult>, fault: FaultContext) {
    this.#results = results;
    this.#fault = fault;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    try {
      return await this.#results.next();
    } catch (error) {
      throw publicError(error, this.#fault);
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    await this.#results.return?.();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.return();
    throw error;
  }
}
