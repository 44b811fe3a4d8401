import { checkLocale, checkText, checkUrl } from '../../graphql/text-checks.ts';
import { invalidValue, type UserErrorData } from '../../graphql/user-error.ts';
import { RATING_RANGES } from '../reviews/index.ts';
import type { ReviewImport } from './import-reviews.input.ts';

/** Longer than any review site takes; a longer one is a broken file. */
const LONGEST_TEXT = 20_000;
const LONGEST_RESPONSE = 10_000;
/** Clocks and time zones of sources are off by up to this; a later time is a mistake. */
const AHEAD_MS = 24 * 60 * 60 * 1_000;
const EARLIEST = Date.UTC(1990, 0, 1);

/** What is wrong with a row by itself; empty where it can be written. */
export function checkReview(row: ReviewImport, path: readonly string[]): UserErrorData[] {
  const at = (field: string) => [...path, field];
  return [
    ...checkText(row.externalId, at('externalId'), 500, { required: true }),
    ...checkText(row.locationExternalId, at('locationExternalId'), 200, { required: true }),
    ...checkText(row.locationName, at('locationName'), 200, { required: true }),
    ...checkText(row.productExternalId, at('productExternalId'), 200, { required: true }),
    ...checkText(row.title, at('title'), 500),
    ...checkText(row.text, at('text'), LONGEST_TEXT),
    ...checkText(row.authorName, at('authorName'), 200),
    ...checkLocale(row.language, at('language')),
    ...checkUrl(row.url, at('url')),
    ...checkRating(row, path),
    ...checkTime(row.authoredAt, at('authoredAt')),
    ...checkResponse(row, path),
  ];
}

function checkRating(row: ReviewImport, path: readonly string[]): UserErrorData[] {
  const scale = row.ratingScale ?? 'STARS_5';
  const range = RATING_RANGES[scale];
  const at = [...path, 'rating'];
  if (range === null) {
    return row.rating == null
      ? []
      : [invalidValue(at, 'A TEXT_ONLY review has no rating: leave it out, or name the scale.')];
  }
  const allowed = scale === 'THUMBS' ? ['0', '1'] : [`${range.min}–${range.max}`];
  if (row.rating == null) {
    return [
      invalidValue(
        at,
        `A review on ${scale} needs a rating; without one it is TEXT_ONLY.`,
        allowed,
      ),
    ];
  }
  const outside = row.rating < range.min || row.rating > range.max;
  if (outside || (scale === 'THUMBS' && !Number.isInteger(row.rating))) {
    return [invalidValue(at, `${row.rating} is not a rating on ${scale}.`, allowed)];
  }
  if (Number(row.rating.toFixed(2)) !== row.rating) {
    return [invalidValue(at, `${row.rating} has more than two decimals.`, allowed)];
  }
  return [];
}

function checkTime(time: Date, path: readonly string[]): UserErrorData[] {
  if (time.getTime() > Date.now() + AHEAD_MS) {
    return [invalidValue(path, `${time.toISOString()} is in the future.`)];
  }
  if (time.getTime() < EARLIEST) {
    return [invalidValue(path, `${time.toISOString()} is before there were review sites (1990).`)];
  }
  return [];
}

function checkResponse(row: ReviewImport, path: readonly string[]): UserErrorData[] {
  if (row.response == null) return [];
  const at = (field: string) => [...path, 'response', field];
  const { body, publishedAt } = row.response;
  const errors = checkText(body, at('body'), LONGEST_RESPONSE, { required: true });
  return publishedAt == null ? errors : [...errors, ...checkTime(publishedAt, at('publishedAt'))];
}
