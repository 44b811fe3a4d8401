import { setImmediate as nextTurn } from 'node:timers/promises';
import { catchUpMember } from './catch-up.ts';
import type { FeedEvent, FeedEventKind } from './events.ts';
import { Member, type MemberHome } from './member.ts';
import type { OrganizationFeed, Stretch } from './organization-feed.ts';
import { AbandonedError, withRetry } from './retry.ts';
import type { CohortSpec, HubRuntime, Item } from './runtime.ts';

/** A stretch of the feed as the members of a cohort get it. */
export interface Production<T> {
  readonly items: ReadonlyArray<Item<T>>;
  readonly through: number;
  readonly isLast: boolean;
}

/**
 * The subscriptions of one organization that get the same. Those that are live share each
 * production; the cohort's position is where its last one ended. Everything that decides who gets
 * what (delivering, joining, leaving) happens between two awaits, so no event falls in between.
 */
export class Cohort<T> implements MemberHome<T> {
  readonly runtime: HubRuntime;
  readonly key: string;
  readonly #feed: OrganizationFeed;
  readonly #kinds: readonly FeedEventKind[];
  readonly #members = new Map<Member<T>, CohortSpec<T>>();
  /** Those that batches are delivered to: live and joining. */
  readonly #live = new Set<Member<T>>();
  readonly #catchingUp = new Set<Member<T>>();
  /** Productions for those who catch up, under way, by the seq they begin after. */
  readonly #productions = new Map<number, Promise<Production<T>>>();
  #position = 0;
  #isFollowing = false;

  constructor(runtime: HubRuntime, feed: OrganizationFeed, spec: CohortSpec<T>) {
    this.runtime = runtime;
    this.#feed = feed;
    this.key = spec.key;
    this.#kinds = spec.kinds;
  }

  get members(): Iterable<Member<T>> {
    return this.#members.keys();
  }

  get memberCount(): number {
    return this.#members.size;
  }

  get liveCount(): number {
    return this.#live.size;
  }

  get position(): number {
    return this.#position;
  }

  /** Its position means something: somebody is live, or a batch for somebody is under way. */
  get isActive(): boolean {
    return this.#live.size > 0 || this.#isFollowing;
  }

  add(spec: CohortSpec<T>, afterSeq: number | null, signal: AbortSignal | undefined): Member<T> {
    const member = new Member<T>(this, afterSeq, signal);
    this.#members.set(member, spec);
    if (afterSeq === null) this.runtime.run(() => this.#beginAtHead(member));
    return member;
  }

  leave(member: Member<T>): void {
    this.#members.delete(member);
    this.#live.delete(member);
    if (this.#members.size === 0) this.#feed.remove(this);
  }

  cursorAt(seq: number): string | null {
    return this.#feed.cursorAt(seq);
  }

  catchUp(member: Member<T>): void {
    if (this.#catchingUp.has(member)) return;
    this.#catchingUp.add(member);
    this.runtime.run(async () => {
      try {
        await catchUpMember(member, this, this.#feed);
      } catch (error) {
        if (!(error instanceof AbandonedError)) member.fail(error);
      }
      this.#catchingUp.delete(member);
      // Its consumer may have come back between the end of that and here.
      if (member.state === 'catching-up' && member.isWaiting) this.catchUp(member);
    });
  }

  /** Takes in a member that has everything up to its position; false where the cohort is ahead. */
  tryJoin(member: Member<T>): boolean {
    if (!this.isActive) {
      this.#feed.startFollowing(member.position);
      this.#position = member.position;
    } else if (member.position < this.#position) return false;
    this.#live.add(member);
    member.join([], member.position);
    this.pump();
    return true;
  }

  /** The member holds batches from the present position on, until it joins or cancels. */
  startJoining(member: Member<T>): void {
    member.startJoining();
    this.#live.add(member);
  }

  cancelJoining(member: Member<T>): void {
    this.#live.delete(member);
    member.cancelJoining();
  }

  /** Goes on with what the feed has in memory; called whenever that has grown. */
  pump(): void {
    if (this.#isFollowing || this.#live.size === 0) return;
    this.#isFollowing = true;
    this.runtime.run(() => this.#follow());
  }

  failLive(error: unknown): void {
    for (const member of [...this.#live]) member.fail(error);
  }

  /** What follows `afterSeq` in the log; who asks at the same time from the same place shares it. */
  produceAfter(afterSeq: number): Promise<Production<T>> {
    const underWay = this.#productions.get(afterSeq);
    if (underWay !== undefined) return underWay;
    const wanted = (): boolean => this.#members.size > 0;
    const production = this.#feed
      .stretchAfter(afterSeq, this.#kinds, wanted)
      .then((stretch) => this.#produce(stretch, wanted))
      .finally(() => this.#productions.delete(afterSeq));
    this.#productions.set(afterSeq, production);
    return production;
  }

  async #beginAtHead(member: Member<T>): Promise<void> {
    try {
      const head = await this.#feed.readHead();
      if (member.state !== 'starting') return;
      member.begin(head.lastSeq);
      if (!this.tryJoin(member) && member.isWaiting) this.catchUp(member);
    } catch (error) {
      member.fail(error);
    }
  }

  async #follow(): Promise<void> {
    const wanted = (): boolean => this.#live.size > 0;
    let failure: unknown = null;
    try {
      while (wanted()) {
        const stretch =
          this.#feed.recentAfter(this.#position, this.#kinds) ??
          (await this.#feed.stretchAfter(this.#position, this.#kinds, wanted));
        if (stretch.through === this.#position) break;
        const { items, through } = await this.#produce(stretch, wanted);
        this.#deliver(items, through);
        // Lets consumers read before the next batch, and the rest of the process live.
        await nextTurn();
      }
    } catch (error) {
      failure = error;
    }
    // No await between the end of the loop and here: who joins sees it running, or starts it.
    this.#isFollowing = false;
    if (failure instanceof AbandonedError) this.pump();
    else if (failure !== null) this.failLive(failure);
    this.#feed.advance();
  }

  #deliver(items: ReadonlyArray<Item<T>>, through: number): void {
    this.#position = through;
    for (const member of this.#live) {
      member.deliver(items, through);
      if (member.state === 'catching-up') this.#live.delete(member);
    }
  }

  async #produce(stretch: Stretch, wanted: () => boolean): Promise<Production<T>> {
    const { events, through, isLast } = stretch;
    const items = events.length === 0 ? [] : await this.#produceItems(events, wanted);
    return { items, through, isLast };
  }

  #produceItems(
    events: readonly FeedEvent[],
    wanted: () => boolean,
  ): Promise<ReadonlyArray<Item<T>>> {
    const { logger, signal, counters } = this.runtime;
    return withRetry({ what: `cohort ${this.key}`, wanted, signal, logger }, async () => {
      // Of somebody who is here: what the others brought may have ended with them.
      const [spec] = this.#members.values();
      if (spec === undefined) return [];
      counters.produced += 1;
      return spec.produce(events);
    });
  }
}
