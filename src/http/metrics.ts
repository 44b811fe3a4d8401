import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type ErrorCode, isErrorCode } from '../graphql/admission/errors.ts';

export type Transport = 'http' | 'websocket' | 'sse';
/** `refused`: nothing was run. `errors`: it ran, and some field failed on purpose. `fault`: a masked error. */
export type Outcome = 'ok' | 'errors' | 'fault' | 'refused';

export interface OperationObservation {
  readonly transport: Transport;
  /** `unknown` where the document was refused. */
  readonly type: 'query' | 'mutation' | 'subscription' | 'unknown';
  readonly outcome: Outcome;
  /** Of the errors, each once. */
  readonly codes: readonly ErrorCode[];
  readonly seconds: number;
}

/** Numbers of the feed's hub, read when the metrics are. */
export type HubStats = () => Readonly<Record<string, number>>;

/** Numbers of the answers that are kept in memory, read when the metrics are. */
export interface AnswerStats {
  readonly hits: number;
  readonly misses: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Imports of all organizations, read when the metrics are. */
export interface ImportStats {
  readonly running: number;
  readonly waiting: number;
}

/** Every label has few values, which are known beforehand: nothing that a client sends becomes one. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #operations: Counter<'transport' | 'type' | 'outcome'>;
  readonly #durations: Histogram<'transport' | 'type'>;
  readonly #errors: Counter<'transport' | 'code'>;
  readonly #responses: Counter<'route' | 'status'>;
  readonly #connections: Gauge<'transport'>;
  readonly #subscriptions: Gauge<'transport'>;

  constructor(hubStats: HubStats) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#operations = new Counter({
      name: 'antiphon_operations_total',
      help: 'GraphQL operations by what came of them.',
      labelNames: ['transport', 'type', 'outcome'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'antiphon_operation_seconds',
      help: 'From the request to its answer; for subscriptions, until it was open.',
      labelNames: ['transport', 'type'],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    });
    this.#errors = new Counter({
      name: 'antiphon_operation_errors_total',
      help: 'Operations that were answered with an error, by its code.',
      labelNames: ['transport', 'code'],
      registers,
    });
    this.#responses = new Counter({
      name: 'antiphon_http_responses_total',
      help: 'HTTP responses by route and class of status.',
      labelNames: ['route', 'status'],
      registers,
    });
    this.#connections = new Gauge({
      name: 'antiphon_connections',
      help: 'Open WebSockets and event streams.',
      labelNames: ['transport'],
      registers,
    });
    this.#subscriptions = new Gauge({
      name: 'antiphon_subscriptions',
      help: 'Open subscriptions.',
      labelNames: ['transport'],
      registers,
    });
    observeHub(hubStats, registers);
  }

  operation({ transport, type, outcome, codes, seconds }: OperationObservation): void {
    this.#operations.inc({ transport, type, outcome });
    this.#durations.observe({ transport, type }, seconds);
    for (const code of codes) this.#errors.inc({ transport, code });
  }

  response(route: string, status: number): void {
    this.#responses.inc({ route, status: `${Math.floor(status / 100)}xx` });
  }

  connections(transport: Transport, change: 1 | -1): void {
    this.#connections.inc({ transport }, change);
  }

  subscriptions(transport: Transport, change: 1 | -1): void {
    this.#subscriptions.inc({ transport }, change);
  }

  watchAnswers(stats: () => AnswerStats): void {
    observeAnswers(stats, [this.#registry]);
  }

  watchImports(stats: () => ImportStats): void {
    observeImports(stats, [this.#registry]);
  }

  async text(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

function observeHub(hubStats: HubStats, registers: Registry[]): void {
  new Gauge({
    name: 'antiphon_feed_hub',
    help: 'What the feed hub holds (cohorts, members) and has done since the start (reads).',
    labelNames: ['what'],
    registers,
    collect() {
      for (const [what, value] of Object.entries(hubStats())) this.set({ what }, value);
    },
  });
}

function observeAnswers(stats: () => AnswerStats, registers: Registry[]): void {
  new Counter({
    name: 'antiphon_answer_cache_requests_total',
    help: 'Questions of storefronts by whether memory had the answer.',
    labelNames: ['result'],
    registers,
    collect() {
      const { hits, misses } = stats();
      this.reset();
      this.inc({ result: 'hit' }, hits);
      this.inc({ result: 'miss' }, misses);
    },
  });
  new Gauge({
    name: 'antiphon_answer_cache_entries',
    help: 'Answers to storefronts that are kept in memory.',
    registers,
    collect() {
      this.set(stats().entries);
    },
  });
  new Gauge({
    name: 'antiphon_answer_cache_bytes',
    help: 'Memory that they take, about.',
    registers,
    collect() {
      this.set(stats().bytes);
    },
  });
}

/** The codes of errors, each once; a code that is none of ours counts as a fault. */
export function codesOf(
  errors: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[] | undefined,
): ErrorCode[] {
  const codes = (errors ?? []).map(({ extensions }) => {
    const code = extensions?.['code'];
    return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
  });
  return [...new Set(codes)];
}

function observeImports(stats: () => ImportStats, registers: Registry[]): void {
  new Gauge({
    name: 'antiphon_imports',
    help: 'Import mutations that are running, and those that wait for others of their organization.',
    labelNames: ['state'],
    registers,
    collect() {
      const { running, waiting } = stats();
      this.set({ state: 'running' }, running);
      this.set({ state: 'waiting' }, waiting);
    },
  });
}
