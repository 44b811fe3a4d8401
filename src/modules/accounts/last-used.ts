import type { Database, DatabaseLogger } from '../../db/database.ts';

/** A key's time is written at most so often, by all processes together. */
const RESOLUTION_SECONDS = 60;

export interface LastUsedTimesOptions {
  readonly db: Database;
  readonly logger: DatabaseLogger;
  /** Milliseconds between two writes of what was gathered. */
  readonly flushIntervalMs: number;
}

interface Use {
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * When each API key was last used. Requests only note it in memory; every few seconds one
 * statement writes what has changed, for all organizations, so that no request waits for it and a
 * busy key costs one small update a minute.
 */
export class LastUsedTimes {
  readonly #db: Database;
  readonly #logger: DatabaseLogger;
  readonly #timer: NodeJS.Timeout;
  /** By key id: used, and not written yet. */
  #pending = new Map<string, Use>();
  /** When each key's time was last handed over for writing; what is older than the resolution goes. */
  readonly #handedOver = new Map<string, number>();
  #writing: Promise<void> = Promise.resolve();

  constructor({ db, logger, flushIntervalMs }: LastUsedTimesOptions) {
    this.#db = db;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.flush(), flushIntervalMs).unref();
  }

  /** Never waits and never fails. */
  touch(organizationId: string, keyId: string): void {
    const at = Date.now();
    if (at - (this.#handedOver.get(keyId) ?? -Infinity) < RESOLUTION_SECONDS * 1000) return;
    this.#pending.set(keyId, { organizationId, at });
  }

  /** Writes what was gathered; a failure is logged, and tried again with the next flush. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Writes the rest, once, and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const batch = this.#pending;
    if (batch.size === 0) return;
    this.#pending = new Map();
    this.#forgetOld();
    for (const [keyId, { at }] of batch) this.#handedOver.set(keyId, at);
    try {
      await writeLastUsed(this.#db, batch);
    } catch (error) {
      this.#logger.warn({ err: error, keys: batch.size }, 'Last-used times could not be written');
      for (const keyId of batch.keys()) this.#handedOver.delete(keyId);
      this.#pending = new Map([...batch, ...this.#pending]);
    }
  }

  #forgetOld(): void {
    const oldest = Date.now() - RESOLUTION_SECONDS * 1000;
    for (const [keyId, at] of this.#handedOver) {
      if (at <= oldest) this.#handedOver.delete(keyId);
    }
  }
}

/**
 * Locks in the order of the primary key, so that several processes that write the same keys wait
 * for each other instead of deadlocking; whoever comes second finds the minute written and leaves it.
 */
async function writeLastUsed(db: Database, uses: ReadonlyMap<string, Use>): Promise<void> {
  const used = [...uses].map(([id, { organizationId, at }]) => ({
    organization_id: organizationId,
    id,
    at: new Date(at).toISOString(),
  }));
  await db.system(
    `with used as (
       select k.organization_id, k.id, u.at
         from jsonb_to_recordset($1::jsonb) as u(organization_id uuid, id uuid, at timestamptz)
         join api_key k on k.organization_id = u.organization_id and k.id = u.id
        where k.last_used_at is null or k.last_used_at < u.at - make_interval(secs => ${RESOLUTION_SECONDS})
        order by k.organization_id, k.id
          for update of k
     )
     update api_key k set last_used_at = used.at
       from used
      where k.organization_id = used.organization_id and k.id = used.id`,
    [JSON.stringify(used)],
  );
}
