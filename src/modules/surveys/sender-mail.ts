import type { MailChannel } from '../../channels/mail.ts';
import type { Database } from '../../db/database.ts';

/** What an installation sends mail of its own with. */
export interface SenderMail {
  readonly mail: MailChannel;
  /** The address of the installation. */
  readonly from: string;
}

const means = new WeakMap<Database, SenderMail>();

/** From here on, codes for senders of this database's organizations are sent so. */
export function provideSenderMail(db: Database, mail: SenderMail): void {
  means.set(db, mail);
}

/** Null: this installation sends no mail. */
export function senderMailOf(db: Database): SenderMail | null {
  return means.get(db) ?? null;
}
