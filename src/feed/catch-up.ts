import type { Cohort } from './cohort.ts';
import type { Member } from './member.ts';
import type { OrganizationFeed } from './organization-feed.ts';

/**
 * Reads the log for a member as long as its consumer waits, and hands it over to its cohort at an
 * exact seq: directly where it has all that the cohort has delivered; otherwise, once the rest is
 * no more than a batch, by holding what the cohort delivers until that rest is there. So it gets
 * there however fast the feed grows. Seqs are dense, so the rest is known without reading it.
 */
export async function catchUpMember<T>(
  member: Member<T>,
  cohort: Cohort<T>,
  feed: OrganizationFeed,
): Promise<void> {
  while (member.state === 'catching-up' && member.isWaiting) {
    if (cohort.isActive) {
      const rest = cohort.position - member.position;
      // Beyond the head that we know, only the database tells whether such a place exists.
      if (rest <= 0 && member.position <= feed.head && cohort.tryJoin(member)) return;
      if (rest > 0 && rest <= cohort.runtime.batchSize) {
        await joinWithRest(member, cohort);
        continue;
      }
    }
    const { items, through, isLast } = await cohort.produceAfter(member.position);
    if (member.state !== 'catching-up') return;
    member.accept(items, through);
    if (isLast) cohort.tryJoin(member);
  }
}

async function joinWithRest<T>(member: Member<T>, cohort: Cohort<T>): Promise<void> {
  const heldAfter = cohort.position;
  cohort.startJoining(member);
  const { items, through } = await cohort.produceAfter(member.position);
  if (member.state === 'joining' && through >= heldAfter) {
    const rest = items.filter(({ seq }) => seq <= heldAfter);
    member.join(rest, cohort.position);
    return;
  }
  // It held too much meanwhile, or shared a production begun before the cohort came here.
  if (member.state === 'joining') cohort.cancelJoining(member);
  if (member.state === 'catching-up') member.accept(items, through);
}
