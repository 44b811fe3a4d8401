import { isRow } from './source-row.ts';
import type { Row } from './source-row.ts';

/** Of `data.json`: `{"name": "locations/2001", "title": "…", "storeCode": "…"}`. */
export interface TakeoutLocation {
  readonly name?: string;
  readonly title?: string;
  /** The business's own key of the location, where it has given one. */
  readonly storeCode?: string;
}

const STARS = new Map<unknown, number>([
  ['ONE', 1],
  ['TWO', 2],
  ['THREE', 3],
  ['FOUR', 4],
  ['FIVE', 5],
]);

/** A review of a Takeout export as a row of `importReviews`; what is malformed stays for the check of rows. */
export function toReviewRow(review: Row, location: TakeoutLocation): Row {
  const name = typeof review.name === 'string' ? review.name : '';
  const reviewer = isRow(review.reviewer) ? review.reviewer : {};
  return withoutAbsent({
    source: 'GOOGLE',
    externalId: lastSegment(name),
    locationExternalId: location.storeCode || lastSegment(location.name) || locationOf(name),
    locationName: location.title,
    ...ratingOf(review.starRating),
    text: review.comment,
    authorName: reviewer.isAnonymous === true ? undefined : reviewer.displayName,
    authoredAt: review.createTime,
    response: responseOf(review.reviewReply),
  });
}

function ratingOf(starRating: unknown): Row {
  if (starRating === undefined || starRating === 'STAR_RATING_UNSPECIFIED') {
    return { ratingScale: 'TEXT_ONLY' };
  }
  return { ratingScale: 'STARS_5', rating: STARS.get(starRating) ?? starRating };
}

function responseOf(reply: unknown): Row | undefined {
  if (!isRow(reply)) return undefined;
  return withoutAbsent({ body: reply.comment, publishedAt: reply.updateTime });
}

function lastSegment(name = ''): string | undefined {
  return name.split('/').at(-1) || undefined;
}

/** `accounts/1/locations/2/reviews/3` → `2`. */
function locationOf(reviewName: string): string | undefined {
  return /(?:^|\/)locations\/([^/]+)\//.exec(reviewName)?.[1];
}

function withoutAbsent(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
