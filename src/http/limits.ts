/** What a connection may do, whoever is behind it. Times are milliseconds, sizes bytes. */
export interface ServerLimits {
  /** Of a POST's body. An import of 1,000 reviews with long texts has about 5 MB. */
  readonly bodyBytes: number;
  /** Of one WebSocket message. */
  readonly messageBytes: number;
  /** Until the head of a request has arrived. */
  readonly headersTimeoutMs: number;
  /** Until the whole of a request has arrived. */
  readonly requestTimeoutMs: number;
  /** Between two requests of one connection. */
  readonly keepAliveTimeoutMs: number;
  /** Until a query or mutation is answered. */
  readonly executionTimeoutMs: number;
  /** From the WebSocket's opening to its `connection_init`. */
  readonly connectionInitTimeoutMs: number;
  /** Between pings; a WebSocket that has not answered the last one is gone. */
  readonly pingIntervalMs: number;
  /** How long a frame may wait for a reader that takes nothing. */
  readonly stallTimeoutMs: number;
  /** WebSockets and event streams of one key together. */
  readonly connectionsPerKey: number;
  /** Operations under way on one WebSocket, subscriptions included. */
  readonly operationsPerSocket: number;
  /** Bytes that may wait for the reader of one WebSocket. */
  readonly bufferedBytes: number;
  /** Between two looks at whether the holders of open connections may still stay. */
  readonly revalidateMs: number;
  /** How long shutdown waits for requests under way. */
  readonly shutdownGraceMs: number;
  /** Refused credentials from one address, until it has to wait. */
  readonly failedAuthentications: { readonly count: number; readonly seconds: number };
}

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  bodyBytes: 8 * 1024 * 1024,
  messageBytes: 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  executionTimeoutMs: 30_000,
  connectionInitTimeoutMs: 5_000,
  pingIntervalMs: 12_000,
  stallTimeoutMs: 30_000,
  connectionsPerKey: 1_000,
  operationsPerSocket: 100,
  bufferedBytes: 4 * 1024 * 1024,
  revalidateMs: 15_000,
  shutdownGraceMs: 10_000,
  failedAuthentications: { count: 30, seconds: 60 },
};
