import type { UnitOfWork } from '../../db/database.ts';
import { nearestStar, type RatingScale } from './rating-scale.ts';

/** What of a review counts in `review_rollup`. */
export interface Counted {
  readonly locationId: string | null;
  readonly isPublic: boolean;
  readonly ratingScale: RatingScale;
  readonly rating: number | null;
  readonly isResponded: boolean;
}

interface Delta {
  readonly location_id: string;
  readonly rating_scale: RatingScale;
  review_count: number;
  /** Hundredths, so that the sum is exact. */
  rating_hundredths: number;
  readonly stars: number[];
  responded_count: number;
}

const DELTA_COLUMNS = `location_id uuid, rating_scale text, review_count bigint,
  rating_hundredths bigint, stars bigint[], responded_count bigint`;

/**
 * The change of one unit of work to the counts of its locations: collected in memory, and written
 * by one statement, in the order of the keys, so that rival writers never wait for each other in a circle.
 */
export class RollupChange {
  readonly #deltas = new Map<string, Delta>();

  add(review: Counted): void {
    this.#count(review, 1);
  }

  remove(review: Counted): void {
    this.#count(review, -1);
  }

  async write(uow: UnitOfWork): Promise<void> {
    const changed = [...this.#deltas.values()].filter(isChange);
    if (changed.length === 0) return;
    const counts = [
      'review_count',
      'rating_sum',
      ...[1, 2, 3, 4, 5].map((n) => `stars_${n}`),
      'responded_count',
    ];
    await uow.execute(
      `insert into review_rollup (organization_id, location_id, rating_scale, ${counts.join(', ')})
       select $1, d.location_id, d.rating_scale, d.review_count, d.rating_hundredths / 100.0,
         d.stars[1], d.stars[2], d.stars[3], d.stars[4], d.stars[5], d.responded_count
       from jsonb_to_recordset($2::jsonb) as d(${DELTA_COLUMNS})
       order by d.location_id, d.rating_scale
       on conflict (organization_id, location_id, rating_scale) do update set
         ${counts.map((name) => `${name} = review_rollup.${name} + excluded.${name}`).join(', ')}`,
      [uow.organizationId, JSON.stringify(changed)],
    );
  }

  #count(review: Counted, sign: 1 | -1): void {
    if (review.locationId === null || !review.isPublic) return;
    const delta = this.#deltaOf(review.locationId, review.ratingScale);
    delta.review_count += sign;
    delta.rating_hundredths += sign * Math.round((review.rating ?? 0) * 100);
    if (review.isResponded) delta.responded_count += sign;
    const star = nearestStar(review.ratingScale, review.rating);
    if (star !== null) delta.stars[star - 1] = (delta.stars[star - 1] ?? 0) + sign;
  }

  #deltaOf(locationId: string, scale: RatingScale): Delta {
    const key = `${locationId} ${scale}`;
    let delta = this.#deltas.get(key);
    if (delta === undefined) {
      delta = {
        location_id: locationId,
        rating_scale: scale,
        review_count: 0,
        rating_hundredths: 0,
        stars: [0, 0, 0, 0, 0],
        responded_count: 0,
      };
      this.#deltas.set(key, delta);
    }
    return delta;
  }
}

function isChange(delta: Delta): boolean {
  const { review_count, rating_hundredths, stars, responded_count } = delta;
  return [review_count, rating_hundredths, responded_count, ...stars].some((n) => n !== 0);
}
