import { hash } from 'node:crypto';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../../db/database.ts';
import { RequestError } from '../../graphql/admission/errors.ts';

/**
 * What one token, and one address, may ask in a minute; in each process. A person answers a question
 * in seconds. Many share an address, and behind a proxy all do: so one is slowed down mainly for
 * tokens that open nothing, of which a person brings one or two; how much else may come from there,
 * the settings say.
 */
const LIMITS = { perToken: 120, badTokens: 60 } as const;
const SECONDS = 60;

/** Slows down whoever tries tokens, or floods a survey. */
export class AnswerLimits {
  readonly #tokens = limiter(LIMITS.perToken);
  /** Null without a server, as in a process of its own: nobody comes from an address there. */
  readonly #addresses: RateLimiterMemory | null;
  readonly #badTokens = limiter(LIMITS.badTokens);

  constructor(perAddress: number | null) {
    this.#addresses = perAddress === null ? null : limiter(perAddress);
  }

  /**
   * Before anything is read.
   * @throws RequestError RATE_LIMITED
   */
  async enter(token: string, address: string | null): Promise<void> {
    // That of a public link is everybody's. The others are secrets: none is held.
    const isPublic = token.startsWith('pub_');
    if (!isPublic) await spend(this.#tokens, hash('sha256', token, 'base64url'));
    if (this.#addresses === null || address === null) return;
    await spend(this.#addresses, address);
  }

  /**
   * The token opened nothing. Who comes from there with a good one is not kept waiting by that.
   * @throws RequestError RATE_LIMITED
   */
  async noteBad(address: string | null): Promise<void> {
    if (address !== null) await spend(this.#badTokens, address);
  }
}

const ofDatabase = new WeakMap<Database, AnswerLimits>();

/** From here on, an address may ask so often in a minute. Called by the wiring alone. */
export function limitAnswers(db: Database, perAddress: number): void {
  ofDatabase.set(db, new AnswerLimits(perAddress));
}

/** One for each database of this process, whichever way respondents come. */
export function answerLimits(db: Database): AnswerLimits {
  let limits = ofDatabase.get(db);
  if (limits === undefined) ofDatabase.set(db, (limits = new AnswerLimits(null)));
  return limits;
}

function limiter(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: SECONDS });
}

async function spend(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (rejection) {
    if (rejection instanceof Error) throw rejection;
    throw refusal(rejection as RateLimiterRes);
  }
}

function refusal({ msBeforeNext }: RateLimiterRes): RequestError {
  const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1_000));
  return new RequestError(
    'RATE_LIMITED',
    `Too many answers came this way. Try again in ${retryAfter} seconds.`,
    { extensions: { retryAfter } },
  );
}
