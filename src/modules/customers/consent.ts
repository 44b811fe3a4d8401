import { registerEnumType } from 'type-graphql';

/** Over what a customer is asked. */
export const ContactChannel = {
  EMAIL: 'EMAIL',
  LINK: 'LINK',
  IN_APP: 'IN_APP',
  WEBHOOK: 'WEBHOOK',
} as const;
export type ContactChannel = keyof typeof ContactChannel;

registerEnumType(ContactChannel, {
  name: 'ContactChannel',
  description: 'Over what a customer is asked.',
  valuesConfig: {
    EMAIL: { description: 'A mail by the server.' },
    LINK: { description: 'A link that you hand over, on a receipt or in a mail of your own.' },
    IN_APP: { description: 'Shown in your own site or app.' },
    WEBHOOK: { description: 'Passed to a service of yours, which sends an SMS or a message.' },
  },
});

export interface Consent {
  readonly channel: ContactChannel;
  readonly granted: boolean;
}

/** Channels that come to a person uninvited; on the others the person is with the business already. */
const PUSHED: ReadonlySet<ContactChannel> = new Set(['EMAIL', 'WEBHOOK']);

/**
 * Whether a customer may be asked over a channel: as the customer has said; and where nothing was
 * said, an unsolicited message needs consent unless the organization has said that it has another
 * ground (Directive 2002/58/EC, article 13: existing customers).
 *
 * @param consents all that the customer has said
 */
export function mayContact(
  consents: readonly Consent[],
  channel: ContactChannel,
  settings: { readonly consentRequired: boolean },
): boolean {
  const said = consents.find((consent) => consent.channel === channel);
  return said?.granted ?? !(settings.consentRequired && PUSHED.has(channel));
}
