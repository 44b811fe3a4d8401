import type { OperationDocument } from '../../core/src/document.ts';
import { GraphQLRequestError } from '../../core/src/errors.ts';

/** Every event of the feed has one: what happened until then lies behind it. */
export interface FeedEvent {
  readonly cursor: string;
}

/** A subscription that can be resumed. */
export interface FeedDocument<Event extends FeedEvent, Variables> extends OperationDocument<
  Event,
  Variables
> {
  readonly kind: 'subscription';
  /** Where in the data of a message the event is. */
  readonly field: string;
}

export interface FollowOptions {
  /** Ends the following: the loop over it ends as if there were no more events. */
  readonly signal?: AbortSignal | undefined;
  /** How events come; otherwise as the client says. */
  readonly transport?: FeedTransportName | undefined;
  /**
   * How many events are held that were received and not read. Default 1,000. With more, receiving
   * stops, and goes on from the cursor when half of them are read: nothing is lost.
   */
  readonly bufferLimit?: number | undefined;
  /** Told each time that receiving broke off and will be taken up again, and after what pause. */
  readonly onInterrupted?: ((error: Error, pauseMs: number) => void) | undefined;
}

/** WebSockets, or server-sent events for networks that let no WebSocket through. */
export type FeedTransportName = 'websocket' | 'event-stream';

/**
 * Events in the order in which they were committed, each once, through any number of lost connections
 * and restarts of the server. It begins to receive at once; leaving the loop ends it.
 */
export interface Following<Event> extends AsyncIterableIterator<Event> {
  /**
   * Behind the last event that was read: give it as `after` to go on from another process. Before
   * the first event it is where the following began; null until that is known.
   */
  readonly cursor: string | null;
}

/** What a generated function for a subscription needs. */
export interface FeedClient {
  /**
   * The loop over it throws FeedCursorError where the feed cannot be continued from `after`, and
   * GraphQLRequestError where the key or the document is refused.
   */
  follow<Event extends FeedEvent, Variables extends { after?: string | null | undefined }>(
    document: FeedDocument<Event, Variables>,
    variables: NoInfer<Variables>,
    options?: FollowOptions,
  ): Following<Event>;
}

/**
 * The feed cannot be continued from the cursor without a gap: `code` says why (FEED_CURSOR_PRUNED,
 * FEED_CURSOR_FOREIGN …). Read the lists anew, and follow from `getFeedPosition`.
 */
export class FeedCursorError extends GraphQLRequestError {
  override name = 'FeedCursorError';
}
