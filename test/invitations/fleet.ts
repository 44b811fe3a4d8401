import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { Random } from '../testkit/random.ts';

const ROOT = resolve(import.meta.dirname, '../..');
export const LEASE_MS = 1_500;

/** A mail that the server took over, at a time of the simulation. */
export interface Arrival {
  readonly messageId: string;
  readonly to: string;
  readonly at: Date;
}

/** How a process dies: some time after it was woken, while it hands over a mail, or when that is taken. */
const DEATHS = ['SOON', 'BEFORE_ACCEPTANCE', 'AFTER_ACCEPTANCE'] as const;
type Death = (typeof DEATHS)[number];

interface Answer {
  readonly done?: string;
  readonly failed?: string;
}

/** One file that Node runs as it is. */
async function bundled(): Promise<string> {
  const directory = join(ROOT, 'node_modules/.cache/antiphon-test');
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, `sender-${process.pid}.mjs`);
  await build({
    entryPoints: [resolve(import.meta.dirname, 'processes/sender.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
    // The entities go by their names.
    keepNames: true,
  });
  return outfile;
}

/** What it says next; null where it dies instead. */
async function answerOf(child: ChildProcess): Promise<Answer | null> {
  const heard = new AbortController();
  const { signal } = heard;
  const answered = once(child, 'message', { signal }).then(([answer]) => answer as Answer);
  const died = once(child, 'exit', { signal }).then(() => null);
  try {
    return await Promise.race([answered, died]);
  } finally {
    heard.abort();
    await Promise.allSettled([answered, died]);
  }
}

/** One place for a process: a new one takes it when the old one is killed. */
class Slot {
  readonly arrivals: Arrival[];
  readonly #start: (port: number) => ChildProcess;
  readonly #server: SMTPServer;
  readonly #clock: () => Date;
  #child: ChildProcess | null = null;
  #death: Death | null = null;
  kills = 0;

  constructor(start: (port: number) => ChildProcess, arrivals: Arrival[], clock: () => Date) {
    this.#start = start;
    this.arrivals = arrivals;
    this.#clock = clock;
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const [recipient] = session.envelope.rcptTo;
          void this.#take(Buffer.concat(chunks), recipient?.address ?? '', done);
        });
      },
    });
    // A killed process leaves its connection as it is.
    this.#server.on('error', () => undefined);
  }

  async open(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    await this.start();
  }

  async start(): Promise<void> {
    const { port } = this.#server.server.address() as AddressInfo;
    const child = this.#start(port);
    await once(child, 'message');
    this.#child = child;
  }

  get isAlive(): boolean {
    return this.#child !== null;
  }

  /** Has it work at a time; false where it died over it. */
  async work(time: Date, death: Death | null, random: Random): Promise<boolean> {
    const child = this.#child;
    if (child === null) return false;
    this.#death = death;
    const answered = answerOf(child);
    child.send({ time: time.toISOString() });
    if (death === 'SOON') void sleep(random.below(60)).then(() => this.#kill());
    const answer = await answered;
    if (answer?.failed !== undefined) throw new Error(answer.failed);
    // It was faster than the one that was to kill it.
    if (death === 'SOON' && this.#child !== null) await this.#kill();
    this.#death = null;
    return answer !== null && this.#child !== null;
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    this.kills++;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async #take(data: Buffer, to: string, done: (error?: Error | null) => void): Promise<void> {
    const { messageId } = await PostalMime.parse(data);
    const death = this.#death;
    if (death === 'BEFORE_ACCEPTANCE') {
      this.#death = null;
      await this.#kill();
      return done(new Error('The process is gone'));
    }
    this.arrivals.push({ messageId: messageId ?? '', to, at: this.#clock() });
    done();
    if (death !== 'AFTER_ACCEPTANCE') return;
    this.#death = null;
    await this.#kill();
  }

  async close(): Promise<void> {
    this.#child?.kill('SIGKILL');
    this.#child = null;
    await new Promise<void>((closed) => this.#server.close(closed));
  }
}

/** Several server processes over one database, with a mail server each, by one clock. */
export class Fleet {
  readonly arrivals: Arrival[] = [];
  readonly #slots: Slot[] = [];
  #now = new Date(0);
  #death: Death | null = null;

  static async open(url: string, organizationId: string, size: number): Promise<Fleet> {
    const file = await bundled();
    const fleet = new Fleet();
    const { NODE_OPTIONS: _, ...env } = process.env;
    const start = (port: number) =>
      spawn(process.execPath, [file, url, organizationId, String(port), String(LEASE_MS)], {
        env,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    for (let i = 0; i < size; i++) {
      fleet.#slots.push(new Slot(start, fleet.arrivals, () => fleet.#now));
    }
    await Promise.all(fleet.#slots.map((slot) => slot.open()));
    return fleet;
  }

  get kills(): number {
    return this.#slots.reduce((sum, { kills }) => sum + kills, 0);
  }

  /**
   * Has some of the processes work at a time. With `deadly`, one of them is killed meanwhile, or
   * when there is a mail to do it over: it is started again, and all work once more when its lease has run out, at the same time.
   */
  async work(time: Date, random: Random, deadly: boolean): Promise<void> {
    this.#now = time;
    // One that waits for a mail may have to wait for some time.
    this.#death ??= deadly ? random.pick(DEATHS) : null;
    const death = this.#death;
    const count = death !== null || random.below(3) === 0 ? this.#slots.length : 1;
    const first = random.below(this.#slots.length);
    const chosen = this.#slots.map((_, i) => this.#slots[(first + i) % this.#slots.length] as Slot);
    await Promise.all(
      chosen.slice(0, count).map((slot, i) => slot.work(time, i === 0 ? death : null, random)),
    );
    const dead = this.#slots.filter(({ isAlive }) => !isAlive);
    if (dead.length === 0) return;
    this.#death = null;
    await Promise.all([sleep(LEASE_MS + 50), ...dead.map((slot) => slot.start())]);
    await Promise.all(this.#slots.map((slot) => slot.work(time, null, random)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }
}
