import { readFileSync } from 'node:fs';
import pg from 'pg';

/** CPU time in milliseconds, by the operating system's accounting. */
export interface CpuTime {
  readonly server: number;
  /** Null where the database's processes are not on this machine. */
  readonly postgresql: number | null;
}

/** Ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;
const SAMPLE_MS = 100;

/** User and system time of a process with its threads, and of its children that have ended. */
function cpuOf(pid: number): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The second field, the name, may hold spaces: what follows is counted from its closing bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
  return MS_PER_TICK * (user! + system! + childUser! + childSystem!);
}

/**
 * Adds up what the backends take that serve one contender: its sessions are known by their name.
 * They are looked at ten times a second, so that one that ends meanwhile is missing a tenth of a
 * second at the most. Other sessions on the same PostgreSQL, and processes that belong to none
 * (checkpoints, the writer of the log), are not counted.
 */
export class CpuMeter {
  readonly #client: pg.Client;
  readonly #isLocal: boolean;
  readonly #seen = new Map<number, { first: number; last: number }>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(client: pg.Client, isLocal: boolean) {
    this.#client = client;
    this.#isLocal = isLocal;
  }

  static async open(databaseUrl: string): Promise<CpuMeter> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return new CpuMeter(client, isPostgreSQL(rows[0]!.pid));
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  /**
   * Has PostgreSQL do what it otherwise does after some thousand writes, a few hundred milliseconds at a
   * time: that should not be the lot of whose turn it falls into.
   */
  async settleWrites(): Promise<void> {
    await this.#client.query(`select gin_clean_pending_list('review_search')`);
    await this.#client.query('checkpoint');
  }

  /** Runs the work, and tells what the server and PostgreSQL took for it. */
  async measure(
    { pid, sessions }: { readonly pid: number; readonly sessions: string },
    work: () => Promise<void>,
  ): Promise<CpuTime> {
    this.#seen.clear();
    await this.#sample(sessions, true);
    const before = cpuOf(pid) ?? 0;
    let sampling = Promise.resolve();
    this.#timer = setInterval(() => {
      sampling = sampling.then(() => this.#sample(sessions, false));
    }, SAMPLE_MS);
    try {
      await work();
    } finally {
      clearInterval(this.#timer);
    }
    await sampling;
    const server = (cpuOf(pid) ?? 0) - before;
    await this.#sample(sessions, false);
    let postgresql = 0;
    for (const { first, last } of this.#seen.values()) postgresql += last - first;
    return { server, postgresql: this.#isLocal ? postgresql : null };
  }

  async #sample(sessions: string, isFirst: boolean): Promise<void> {
    if (!this.#isLocal) return;
    const { rows } = await this.#client.query<{ pid: number }>({
      name: 'backends',
      text: 'select pid from pg_stat_activity where application_name = $1',
      values: [sessions],
    });
    for (const { pid } of rows) {
      const now = cpuOf(pid);
      if (now === null) continue;
      const known = this.#seen.get(pid);
      // A backend that was not there at the start has done all its work since.
      if (known === undefined) this.#seen.set(pid, { first: isFirst ? now : 0, last: now });
      else known.last = now;
    }
  }
}

/** Whether the process of that number is PostgreSQL's here, or the database runs on another machine. */
function isPostgreSQL(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
  } catch {
    return false;
  }
}
