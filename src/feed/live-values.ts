import type { FeedErrorCode } from './errors.ts';
import { feedEventKinds } from './events.ts';
import { LiveValue, type LiveValueRuntime, type ValueSpec } from './live-value.ts';
import { feedHead } from './log.ts';
import { AbandonedError, withRetry } from './retry.ts';
import type { CohortSpec, HubRuntime } from './runtime.ts';

/** What live values need of the hub: the feed of an organization, from a place on. */
type Follow = (spec: CohortSpec<null>, afterSeq: number) => AsyncIterableIterator<null, undefined>;

export interface LiveValuesOptions {
  readonly runtime: Pick<HubRuntime, 'db' | 'logger' | 'signal' | 'run'>;
  readonly follow: Follow;
  /** Between two readings of one value, at least; in milliseconds. */
  readonly intervalMs: number;
}

/**
 * Values that are followed: of an event every one counts, of a value only the last. Whatever commits
 * events may have changed any value of its organization, so each commit makes all that are followed
 * be read again, each at most once in an interval; who has not taken a value gets a later one instead.
 */
export class LiveValues {
  readonly #options: LiveValuesOptions;
  readonly #organizations = new Map<string, LiveOrganization>();

  constructor(options: LiveValuesOptions) {
    this.#options = options;
  }

  get size(): number {
    let values = 0;
    for (const { size } of this.#organizations.values()) values += size;
    return values;
  }

  watch<T>(
    spec: ValueSpec<T>,
    signal: AbortSignal | undefined,
  ): AsyncIterableIterator<T, undefined> {
    const { organizationId } = spec;
    let organization = this.#organizations.get(organizationId);
    if (organization === undefined) {
      const made = new LiveOrganization(this.#options, organizationId, () => {
        if (this.#organizations.get(organizationId) === made) {
          this.#organizations.delete(organizationId);
        }
      });
      this.#organizations.set(organizationId, made);
      organization = made;
    }
    return organization.value(spec).add(signal);
  }

  endAll(code: FeedErrorCode): void {
    for (const organization of [...this.#organizations.values()]) organization.endAll(code);
  }
}

/** The values of one organization that are followed here, and what tells of its commits. */
class LiveOrganization {
  readonly #options: LiveValuesOptions;
  readonly #organizationId: string;
  readonly #onEmpty: () => void;
  readonly #values = new Map<string, LiveValue<unknown>>();
  readonly #runtime: LiveValueRuntime;
  #commits: AsyncIterableIterator<null, undefined> | null = null;
  #isOver = false;

  constructor(options: LiveValuesOptions, organizationId: string, onEmpty: () => void) {
    const { runtime, intervalMs } = options;
    this.#options = options;
    this.#organizationId = organizationId;
    this.#onEmpty = onEmpty;
    this.#runtime = {
      intervalMs,
      run: (work) => runtime.run(work),
      retrying: (what, wanted, attempt) =>
        withRetry({ what, wanted, signal: runtime.signal, logger: runtime.logger }, attempt),
    };
    runtime.run(() => this.#follow());
  }

  get size(): number {
    return this.#values.size;
  }

  /** A value's key stands for its type, too. */
  value<T>(spec: ValueSpec<T>): LiveValue<T> {
    const known = this.#values.get(spec.key) as LiveValue<T> | undefined;
    if (known !== undefined) return known;
    const value = new LiveValue<T>(this.#runtime, spec, () => this.#remove(spec.key, value));
    this.#values.set(spec.key, value);
    if (this.#commits !== null) value.begin();
    return value;
  }

  endAll(code: FeedErrorCode): void {
    for (const value of [...this.#values.values()]) value.endWith(code);
  }

  #remove<T>(key: string, value: LiveValue<T>): void {
    if (this.#values.get(key) !== value) return;
    this.#values.delete(key);
    if (this.#values.size > 0) return;
    this.#isOver = true;
    void this.#commits?.return?.();
    this.#onEmpty();
  }

  /** First the place in the feed, then the readings: what is committed after that place is told. */
  async #follow(): Promise<void> {
    const { follow, runtime } = this.#options;
    const organizationId = this.#organizationId;
    const wanted = (): boolean => !this.#isOver;
    const what = `values of ${organizationId}`;
    try {
      const { lastSeq } = await withRetry({ what, wanted, ...runtime }, () =>
        feedHead(runtime.db, organizationId),
      );
      if (this.#isOver) return;
      const commits = follow(commitsOf(organizationId), lastSeq);
      this.#commits = commits;
      for (const value of this.#values.values()) value.begin();
      while ((await commits.next()).done !== true) {
        for (const value of this.#values.values()) value.outdate();
      }
    } catch (error) {
      if (error instanceof AbandonedError) return;
      for (const value of [...this.#values.values()]) value.fail(error);
    }
  }
}

/** One item for a whole batch of events: that there were some is all that counts. */
function commitsOf(organizationId: string): CohortSpec<null> {
  return {
    key: 'commits',
    organizationId,
    kinds: feedEventKinds,
    produce: async (events) => [{ seq: events.at(-1)?.seq ?? 0, value: null }],
  };
}
