import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { Caller } from './contender.ts';
import { Location, Response, Review, ReviewRollup } from './plain.entities.ts';
import { summarize, type Summary } from './summary.ts';

/**
 * What a request brings along: an entity manager of its own and loaders that live as long as it does.
 * One statement for each list, whatever the number of parents; the rows become entities.
 */
export class Context {
  readonly em: EntityManager;
  readonly caller: Caller;
  // Apollo Server copies the context, which loses fields with a hash.
  private readonly reviewLoaders = new Map<number, DataLoader<string, Review[]>>();

  constructor(em: EntityManager, caller: Caller) {
    this.em = em;
    this.caller = caller;
  }

  readonly locations = new DataLoader<string, Location | null>(async (ids) => {
    const { organizationId } = this.caller;
    const found = await this.em.find(Location, { organizationId, id: { $in: [...ids] } });
    const byId = new Map(found.map((location) => [location.id, location]));
    return ids.map((id) => byId.get(id) ?? null);
  });

  readonly summaries = new DataLoader<string, Summary>(async (ids) => {
    const { organizationId } = this.caller;
    const found = await this.em.find(ReviewRollup, {
      location: { organizationId, id: { $in: [...ids] } },
    });
    const byLocation = Map.groupBy(found, (rollup) => rollup.location.id);
    return ids.map((id) => summarize((byLocation.get(id) ?? []).map(withStars)));
  });

  readonly responses = new DataLoader<string, Response[]>(async (ids) => {
    const { organizationId, publicOnly } = this.caller;
    const found = await this.em.find(
      Response,
      {
        organizationId,
        review: { organizationId, id: { $in: [...ids] } },
        ...(publicOnly && { status: 'PUBLISHED' }),
      },
      { orderBy: { createdAt: 'asc', id: 'asc' } },
    );
    const byReview = Map.groupBy(found, (response) => response.review.id);
    return ids.map((id) => byReview.get(id) ?? []);
  });

  /** A find has no limit per parent: this one list is SQL, and its rows become entities by `map`. */
  newestReviews(first: number): DataLoader<string, Review[]> {
    let loader = this.reviewLoaders.get(first);
    if (loader === undefined) {
      loader = new DataLoader((ids) => this.readNewestReviews(ids, first));
      this.reviewLoaders.set(first, loader);
    }
    return loader;
  }

  private async readNewestReviews(ids: readonly string[], first: number): Promise<Review[][]> {
    const { organizationId, publicOnly } = this.caller;
    const rows = await this.em.execute<Record<string, unknown>[]>(
      `select r.* from unnest(?::uuid[]) as parent(id) cross join lateral (
         select * from review where organization_id = ? and location_id = parent.id ${publicOnly ? 'and is_public' : ''}
         order by authored_at desc, id desc limit ${Math.trunc(first)}
       ) r order by r.authored_at desc, r.id desc`,
      [`{${ids.join()}}`, organizationId],
    );
    const found = rows.map((row) => this.em.map(Review, row));
    const byLocation = Map.groupBy(found, (review) => review.location?.id);
    return ids.map((id) => byLocation.get(id) ?? []);
  }
}

const withStars = (rollup: ReviewRollup) => ({
  ratingScale: rollup.ratingScale,
  reviewCount: rollup.reviewCount,
  ratingSum: rollup.ratingSum,
  respondedCount: rollup.respondedCount,
  stars: [rollup.stars1, rollup.stars2, rollup.stars3, rollup.stars4, rollup.stars5],
});
