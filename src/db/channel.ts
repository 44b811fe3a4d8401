const CHANNEL = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * A channel's name as part of SQL, where a parameter is not possible.
 * @throws TypeError for a name that would need quotes.
 */
export function channelIdentifier(channel: string): string {
  if (!CHANNEL.test(channel)) {
    throw new TypeError(`A channel is named in lower case letters, digits and _, not ${channel}`);
  }
  return channel;
}
