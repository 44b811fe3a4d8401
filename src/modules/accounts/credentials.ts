/** What a request or a socket brings, as it came; null where it brought nothing. */
export interface Credentials {
  /** The header `authorization`, or the same in the connection parameters of a WebSocket. */
  readonly authorization: string | null;
  /** The header `antiphon-organization`: a slug. */
  readonly organization: string | null;
  /** The address of the socket's other end; never one that a header claims. */
  readonly remoteAddress: string | null;
  /** The header `origin`. */
  readonly origin: string | null;
  /** What stands for the connection that they came on; null where there is none. */
  readonly connection: object | null;
}
