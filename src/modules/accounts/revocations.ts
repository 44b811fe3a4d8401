import type { Database, DatabaseLogger } from '../../db/database.ts';
import type { UnitOfWork } from '../../db/unit-of-work.ts';
import type { Caller } from '../../graphql/caller.ts';
import { findKeysRevokedSince } from './credential.reads.ts';

/** Something that admission decided no longer holds: exactly one of the two is set. */
export interface Revocation {
  /** A key that was revoked. */
  readonly keyId: string | null;
  /** A member whose role or sign-in has changed; keys that act for the member are meant as well. */
  readonly memberId: string | null;
}

/** Whether a caller who was let in earlier has to be asked again. */
export function revokes(revocation: Revocation, caller: Caller): boolean {
  return revocation.keyId === null
    ? revocation.memberId === caller.memberId
    : revocation.keyId === caller.keyId;
}

const CHANNEL = 'antiphon_keys';
const PAYLOAD = /^(key|member):([0-9a-f-]{36})$/;

/** Tells every process after this unit commits, and none if it does not: PostgreSQL sends it with the commit. */
export async function announceRevocation(
  uow: UnitOfWork,
  subject: 'key' | 'member',
  id: string,
): Promise<void> {
  await uow.execute('select pg_notify($1, $2)', [CHANNEL, `${subject}:${id}`]);
}

export interface RevocationFeedOptions {
  readonly db: Database;
  readonly logger: DatabaseLogger;
  /** Milliseconds between looks at the table, which is the truth behind the notifications. */
  readonly pollIntervalMs: number;
  readonly onRevocation: (revocation: Revocation) => void;
  /** Notifications may have been lost: nothing that is remembered of members can be trusted. */
  readonly onUncertainty: () => void;
}

/**
 * A revocation is stamped when its transaction begins and seen when it commits, and clocks of
 * processes differ: each look goes back further than the last one by this much.
 */
const OVERLAP_MS = 60_000;

/**
 * Hears of revocations by notification, and by looking into the table regularly and after every
 * reconnect, since a notification is lost when nobody listens.
 */
export class RevocationFeed {
  readonly #options: RevocationFeedOptions;
  #stopListening: () => Promise<void> = async () => undefined;
  #timer: NodeJS.Timeout | undefined;
  /** On the database's clock: every revocation up to here has been told. */
  #toldUntil = new Date(0);
  /** Told by a look of late, which the next look finds again because looks overlap. */
  #told = new Set<string>();
  #looking: Promise<void> = Promise.resolve();

  private constructor(options: RevocationFeedOptions) {
    this.#options = options;
  }

  /** Resolves when it listens: what is revoked from then on is told. */
  static async start(options: RevocationFeedOptions): Promise<RevocationFeed> {
    const feed = new RevocationFeed(options);
    const { db, pollIntervalMs } = options;
    feed.#stopListening = await db.listen(CHANNEL, (payload) => feed.#onNotify(payload));
    feed.#toldUntil = (await findKeysRevokedSince(db, new Date())).now;
    feed.#timer = setInterval(() => void feed.look(), pollIntervalMs).unref();
    return feed;
  }

  /** Reads what was revoked since the last look. A failure is logged; the next look covers its time too. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    return this.#looking;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#stopListening();
    await this.#looking;
  }

  #onNotify(payload: string): void {
    const [, subject, id] = PAYLOAD.exec(payload) ?? [];
    if (id === undefined) {
      // Empty after a reconnect: what came meanwhile is unknown.
      this.#options.onUncertainty();
      void this.look();
      return;
    }
    this.#options.onRevocation({
      keyId: subject === 'key' ? id : null,
      memberId: subject === 'member' ? id : null,
    });
  }

  async #lookOnce(): Promise<void> {
    const { db, logger, onRevocation } = this.#options;
    try {
      const since = new Date(this.#toldUntil.getTime() - OVERLAP_MS);
      const { now, keyIds } = await findKeysRevokedSince(db, since);
      for (const keyId of keyIds) {
        if (!this.#told.has(keyId)) onRevocation({ keyId, memberId: null });
      }
      this.#told = new Set(keyIds);
      this.#toldUntil = now;
    } catch (error) {
      logger.warn({ err: error }, 'Revoked keys could not be read');
    }
  }
}
