/** With which codes this server closes a WebSocket; those from 4400 on are of graphql-transport-ws. */
export const CLOSE_CODES = {
  /** The server is shutting down: connect again, and resume from the last cursor. */
  goingAway: 1001,
  /** A message larger than is taken. */
  messageTooBig: 1009,
  /** This key holds as many connections as it may, or this socket is not read: try again later. */
  tryAgainLater: 1013,
  badRequest: 4400,
  /** Bad, expired or revoked credentials; also a subscription before `connection_ack`. */
  unauthorized: 4401,
  /** Good credentials, but not for this: for example from an origin that the key does not name. */
  forbidden: 4403,
  subprotocolNotAcceptable: 4406,
  connectionInitialisationTimeout: 4408,
  subscriberAlreadyExists: 4409,
  tooManyInitialisationRequests: 4429,
  internalServerError: 4500,
} as const;

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];
