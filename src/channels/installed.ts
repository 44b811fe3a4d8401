import type { MailChannel } from './mail.ts';
import { createWebhookChannel, type WebhookChannel } from './webhook.ts';

/** The ways out that an installation has. */
export interface Channels {
  /** Where its pages are for the rest of the world, such as `https://feedback.example.com`. */
  readonly publicUrl: string;
  /** Null: it sends no mail. */
  readonly mail: MailChannel | null;
  /** From whom mail comes where an organization has no proven address of its own. */
  readonly mailFrom: string | null;
  readonly webhooks: WebhookChannel;
}

const NONE: Channels = {
  publicUrl: 'http://localhost:4000',
  mail: null,
  mailFrom: null,
  webhooks: createWebhookChannel(),
};

/** By the database, which whoever asks has in hand. */
const installed = new WeakMap<object, Channels>();

/** From here on, these are the channels of whoever works on this database. Called by the wiring alone. */
export function installChannels(database: object, channels: Channels): void {
  installed.set(database, channels);
}

/** The channels of this database's installation; where none were installed, it sends no mail. */
export function channelsOf(database: object): Channels {
  return installed.get(database) ?? NONE;
}
