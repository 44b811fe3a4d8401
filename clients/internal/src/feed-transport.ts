import type { ConnectionOptions } from '../../core/src/connection.ts';
import type { AnswerError } from '../../core/src/errors.ts';

export interface FeedConnectionOptions extends ConnectionOptions {
  /**
   * How long nothing may be heard of the server, in milliseconds, before a connection counts as lost:
   * one can be gone without a word. Default 30,000; servers say something every 12,000 or so.
   */
  readonly silentAtMostMs?: number | undefined;
}

export const DEFAULT_SILENT_AT_MOST_MS = 30_000;

/** What is subscribed to, as GraphQL servers take it. */
export interface Subscription {
  readonly operationName: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** One message of a subscription. */
export interface Payload {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly AnswerError[] | undefined;
}

/** How a subscription ended. */
export interface Ending {
  /** Null where the server, or `signal`, ended it in order. */
  readonly error: Error | null;
  /** Whether the server had taken the key before: it was good then. */
  readonly wasAccepted: boolean;
}

/** One way to receive a subscription. It knows of no cursor, and does not try twice. */
export interface FeedTransport {
  /**
   * Receives until it ends; never rejects.
   * @param signal ends it; it resolves at once, and no payload comes after that
   */
  receive(
    subscription: Subscription,
    onPayload: (payload: Payload) => void,
    signal: AbortSignal,
  ): Promise<Ending>;
}
