/** How a subscription that was in order ended from our side. */
export type FeedErrorCode = 'FEED_SLOW_READER' | 'FEED_CLOSED';

const MESSAGES: Record<FeedErrorCode, string> = {
  FEED_SLOW_READER: 'Events came faster than they were read. Resume from the cursor',
  FEED_CLOSED: 'The server is shutting down. Resume from the cursor',
};

/** The subscription can be continued, without gap or repeat, from `cursor`. */
export class FeedError extends Error {
  readonly code: FeedErrorCode;
  /** Null where the subscription ended before its place in the feed was known. */
  readonly cursor: string | null;

  constructor(code: FeedErrorCode, cursor: string | null) {
    super(MESSAGES[code]);
    this.name = 'FeedError';
    this.code = code;
    this.cursor = cursor;
  }
}
