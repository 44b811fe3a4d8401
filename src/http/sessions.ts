import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { AdmissionError, RequestError } from '../graphql/admission/errors.ts';
import { spenderOf } from '../graphql/admission/rate-limit.ts';
import { authorizationClass, type Caller } from '../graphql/caller.ts';
import { type Credentials, nameOfCredentials } from './credentials.ts';

/** A WebSocket or an event stream: a caller who stays. */
export interface Session {
  readonly credentials: Credentials;
  readonly caller: Caller;
  /** Ends it, telling the client why. Called once at most. */
  end(reason: RequestError): void;
}

/** Who may not stay, as the watcher of revocations tells it: a key, or a member to be asked again. */
export interface Revocation {
  readonly keyId: string | null;
  readonly memberId: string | null;
}

export interface SessionsOptions {
  /** Who the caller is now. @throws AdmissionError where nobody any more; else it is not known */
  readonly ask: (credentials: Credentials) => Promise<Caller>;
  readonly connectionsPerKey: number;
  readonly revalidateMs: number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** setTimeout counts in 32 bits. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Keeps the callers who stay under review: a key that expires ends its sessions at that moment, one
 * that is revoked as soon as that is heard of, and every one is asked again regularly, which is the
 * truth behind both.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Map<Session, { timer: NodeJS.Timeout | undefined }>();
  readonly #countByKey = new Map<string, number>();
  readonly #stopped = new AbortController();

  constructor(options: SessionsOptions) {
    this.#options = options;
    void this.#revalidateRegularly();
  }

  get size(): number {
    return this.#open.size;
  }

  /** @returns what to call when the session is over; @throws AdmissionError TOO_MANY_CONNECTIONS */
  open(session: Session): () => void {
    const spender = spenderOf(session.caller);
    const count = this.#countByKey.get(spender) ?? 0;
    if (count >= this.#options.connectionsPerKey) {
      throw new AdmissionError(
        new RequestError(
          'TOO_MANY_CONNECTIONS',
          `This key holds ${count} connections, and no more are taken. Share one among subscriptions.`,
        ),
      );
    }
    this.#countByKey.set(spender, count + 1);
    this.#open.set(session, { timer: undefined });
    this.#endAt(session, session.caller.expiresAt);
    return () => this.#leave(session);
  }

  revoke({ keyId, memberId }: Revocation): void {
    const ofMember: Session[] = [];
    for (const session of this.#open.keys()) {
      if (keyId !== null && session.caller.keyId === keyId) this.#end(session, revoked());
      else if (memberId !== null && session.caller.memberId === memberId) ofMember.push(session);
    }
    void this.#revalidate(ofMember);
  }

  /** Stops the timers; the sessions themselves are for their transports to end. */
  stop(): void {
    this.#stopped.abort();
    for (const { timer } of this.#open.values()) clearTimeout(timer);
  }

  #leave(session: Session): void {
    const state = this.#open.get(session);
    if (!state) return;
    clearTimeout(state.timer);
    this.#open.delete(session);
    const spender = spenderOf(session.caller);
    const count = (this.#countByKey.get(spender) ?? 1) - 1;
    if (count > 0) this.#countByKey.set(spender, count);
    else this.#countByKey.delete(spender);
  }

  #end(session: Session, reason: RequestError): void {
    if (!this.#open.has(session)) return;
    this.#leave(session);
    session.end(reason);
  }

  #endAt(session: Session, expiresAt: Date | null): void {
    const state = this.#open.get(session);
    if (!state) return;
    clearTimeout(state.timer);
    if (expiresAt === null) return;
    const left = expiresAt.getTime() - Date.now();
    const wait = Math.min(Math.max(left, 0), MAX_TIMER_MS);
    state.timer = setTimeout(() => {
      if (expiresAt.getTime() > Date.now()) this.#endAt(session, expiresAt);
      else this.#end(session, expired());
    }, wait);
    state.timer.unref();
  }

  async #revalidateRegularly(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await sleep(this.#options.revalidateMs, undefined, { signal, ref: false });
      } catch {
        return;
      }
      await this.#revalidate([...this.#open.keys()]);
    }
  }

  /** One question for all sessions with the same credentials. */
  async #revalidate(sessions: readonly Session[]): Promise<void> {
    const byCredentials = Map.groupBy(sessions, ({ credentials }) =>
      nameOfCredentials(credentials),
    );
    for (const group of byCredentials.values()) {
      const [first] = group;
      if (!first || this.#stopped.signal.aborted) continue;
      try {
        const caller = await this.#options.ask(first.credentials);
        for (const session of group) this.#review(session, caller);
      } catch (error) {
        this.#onRefusal(group, error);
      }
    }
  }

  #review(session: Session, now: Caller): void {
    if (sameRights(session.caller, now)) this.#endAt(session, now.expiresAt);
    else this.#end(session, rightsChanged());
  }

  /** A database or identity provider that cannot be asked is no reason to send anybody away. */
  #onRefusal(sessions: readonly Session[], error: unknown): void {
    const [refusal] = error instanceof AdmissionError ? error.errors : [];
    const reason = refusal?.extensions['reason'];
    const code = refusal?.extensions['code'];
    if (
      (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') &&
      reason !== 'IDENTITY_PROVIDER_UNAVAILABLE'
    ) {
      const told = new RequestError(code, refusal?.message ?? '', {
        extensions: refusal?.extensions ?? {},
      });
      for (const session of sessions) this.#end(session, told);
      return;
    }
    const why = error instanceof Error ? error.message : String(error);
    this.#options.logger.warn({ why }, 'The holder of a connection could not be asked again');
  }
}

function sameRights(a: Caller, b: Caller): boolean {
  return (
    a.organizationId === b.organizationId &&
    a.keyId === b.keyId &&
    a.memberId === b.memberId &&
    authorizationClass(a) === authorizationClass(b)
  );
}

function expired(): RequestError {
  return new RequestError(
    'UNAUTHENTICATED',
    'The credentials have expired. Connect with new ones.',
  );
}

function revoked(): RequestError {
  return new RequestError('UNAUTHENTICATED', 'The key was revoked.');
}

function rightsChanged(): RequestError {
  return new RequestError('UNAUTHENTICATED', 'The rights have changed. Connect again.');
}
