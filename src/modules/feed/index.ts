/** What other modules may use of the feed. */
export { type FeedField, startAfter } from './feed-field.ts';
