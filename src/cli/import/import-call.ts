import { randomUUID } from 'node:crypto';
import type { Backend } from '../backend.ts';
import { RequestFailed } from '../graphql-request.ts';
import { withRetries } from '../retry.ts';
import type { RowKind } from './row-fields.ts';
import type { Row, RowError } from './source-row.ts';

export const OUTCOMES = ['CREATED', 'UPDATED', 'UNCHANGED', 'REJECTED'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What became of a row that was sent. */
export interface RowOutcome {
  readonly outcome: Outcome;
  /** Empty unless it was rejected. */
  readonly errors: readonly RowError[];
}

interface Payload {
  readonly results: ReadonlyArray<{ outcome: Outcome; userErrors: readonly RowError[] }>;
  readonly userErrors: readonly RowError[];
}

export interface ImportCallOptions {
  readonly backend: Backend;
  readonly kind: RowKind;
  readonly dryRun: boolean;
  /** Ends the waiting for a server that does not answer. */
  readonly signal: AbortSignal;
  /** Told before each pause after which a request is sent again. */
  readonly onPause?: (failure: RequestFailed, pauseMs: number) => void;
}

const DOCUMENTS: Readonly<Record<RowKind, string>> = {
  reviews: documentOf('ImportReviews', 'importReviews'),
  locations: documentOf('ImportLocations', 'importLocations'),
  products: documentOf('ImportProducts', 'importProducts'),
  customers: documentOf('ImportCustomers', 'importCustomers'),
};

/** About three minutes, in which a server can be started anew. */
const ATTEMPTS = 10;
const ATTEMPTS_AFTER_FAULT = 3;
const FIRST_PAUSE_MS = 500;
/** Of single rows that the server fails at: more, and the fault is not in the rows. */
const MOST_FAULTS = 10;

/**
 * Sends rows of one kind, each call with the same outcome for the other rows, whatever one of them
 * holds: where the server cannot take a call as a whole, its halves are sent, down to the one row.
 */
export class ImportCall {
  readonly #options: ImportCallOptions;
  #faults = 0;

  constructor(options: ImportCallOptions) {
    this.#options = options;
  }

  /**
   * @param rows at most 1,000
   * @returns the outcome of each, in the same order
   * @throws RequestFailed where the server cannot be reached, refuses the caller, or is broken
   */
  async send(rows: readonly Row[]): Promise<RowOutcome[]> {
    return await this.#send(rows, ATTEMPTS_AFTER_FAULT);
  }

  /** @param attempts after a fault, which is not going to pass by itself */
  async #send(rows: readonly Row[], attempts: number): Promise<RowOutcome[]> {
    try {
      return await this.#sendWhole(rows, attempts);
    } catch (error) {
      if (!(error instanceof RequestFailed) || !this.#mayBeOneRow(error, rows)) throw error;
      if (rows.length === 1) return [rejectedBy(error)];
    }
    const middle = Math.ceil(rows.length / 2);
    return [...(await this.send(rows.slice(0, middle))), ...(await this.send(rows.slice(middle)))];
  }

  async #sendWhole(rows: readonly Row[], attempts: number): Promise<RowOutcome[]> {
    const { backend, kind, dryRun, signal, onPause } = this.#options;
    // With the key, a call that was carried out but not answered is not carried out again.
    const input = { [kind]: rows, dryRun, ...(!dryRun && { idempotencyKey: randomUUID() }) };
    const data = await withRetries(
      () => backend.execute<{ payload: Payload }>(DOCUMENTS[kind], { input }),
      {
        attempts: ({ code }) => (isFault(code) ? attempts : ATTEMPTS),
        firstPauseMs: FIRST_PAUSE_MS,
        signal,
        ...(onPause && { onPause }),
      },
    );
    const { results, userErrors } = data.payload;
    if (userErrors[0] !== undefined) {
      const message = userErrors.map((error) => error.message).join('\n');
      throw new RequestFailed(message, { code: userErrors[0].code, isPassing: false });
    }
    return results.map(({ outcome, userErrors: errors }, index) => ({
      outcome,
      errors: errors.map((error) => ({ ...error, path: withinRow(error.path, kind, index) })),
    }));
  }

  #mayBeOneRow({ code }: RequestFailed, rows: readonly Row[]): boolean {
    if (code === 'BAD_USER_INPUT' || code === 'REQUEST_TOO_LARGE') return true;
    if (!isFault(code)) return false;
    if (rows.length === 1) this.#faults += 1;
    return this.#faults <= MOST_FAULTS;
  }
}

function documentOf(name: string, field: string): string {
  return `mutation ${name}($input: ${name}Input!) {
    payload: ${field}(input: $input) {
      results { outcome userErrors { code message path } }
      userErrors { code message path }
    }
  }`;
}

function isFault(code: string | null): boolean {
  return code === 'INTERNAL_SERVER_ERROR';
}

function rejectedBy({ code, message }: RequestFailed): RowOutcome {
  return { outcome: 'REJECTED', errors: [{ code: code ?? 'REJECTED', message, path: [] }] };
}

/** `["reviews", "17", "rating"]` → `["rating"]`: which call a row was in does not help anybody. */
function withinRow(path: readonly string[], kind: RowKind, index: number): readonly string[] {
  return path[0] === kind && path[1] === String(index) ? path.slice(2) : path;
}
