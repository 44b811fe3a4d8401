import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const REQUEST_ID_HEADER = 'x-request-id';
/** Whatever a proxy gives, as long as it can stand in a log and a header as it is. */
const WELL_FORMED = /^[\w.:+/=-]{1,128}$/;

/** The id that the request brought, or a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
}
