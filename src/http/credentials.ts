import type { IncomingMessage } from 'node:http';

/** What a request or a socket brings, as it came; null where it brought nothing. */
export interface Credentials {
  /** The header `authorization`, or the same in the connection parameters of a WebSocket. */
  readonly authorization: string | null;
  /** The header `antiphon-organization`: a slug. */
  readonly organization: string | null;
  /** The address of the socket's other end; never one that a header claims. */
  readonly remoteAddress: string;
  /** The header `origin`. */
  readonly origin: string | null;
  /** What stands for the connection that they came on: the next request on it mostly brings the same. */
  readonly connection: object;
}

export function credentialsOf({ headers, socket }: IncomingMessage): Credentials {
  const organization = headers['antiphon-organization'];
  return {
    authorization: headers.authorization ?? null,
    organization: typeof organization === 'string' ? organization : null,
    remoteAddress: socket.remoteAddress ?? 'unknown',
    origin: headers.origin ?? null,
    connection: socket,
  };
}

/** The same for credentials that are the same, whichever connection brought them. */
export function nameOfCredentials(credentials: Credentials): string {
  const { authorization, organization, remoteAddress, origin } = credentials;
  return JSON.stringify([authorization, organization, remoteAddress, origin]);
}

/**
 * Browsers cannot set headers on a WebSocket, so `authorization` and `organization` may come in its
 * connection parameters; where they do, they stand before the headers of the upgrade.
 */
export function credentialsOfSocket(
  upgrade: Credentials,
  parameters: Readonly<Record<string, unknown>> | undefined,
): Credentials {
  const text = (...names: string[]) => {
    for (const [name, value] of Object.entries(parameters ?? {})) {
      if (typeof value === 'string' && names.includes(name.toLowerCase())) return value;
    }
    return null;
  };
  return {
    ...upgrade,
    authorization: text('authorization') ?? upgrade.authorization,
    organization: text('antiphon-organization', 'organization') ?? upgrade.organization,
  };
}
