/** One mail. Addresses are bare (`a@example.com`); headers are added as they are. */
export interface Mail {
  readonly to: string;
  /** Whose name the reader sees; the address has to be one that the server may send for. */
  readonly from: { readonly name?: string | null; readonly address: string };
  readonly replyTo?: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Without the angle brackets, such as `inv_01h….0@feedback.example`. The same mail, sent again
   * after a crash, has the same one: by it, receivers know the copy.
   */
  readonly messageId: string;
}

/** A way to send mail. */
export interface MailChannel {
  /**
   * Resolves when the next server has taken the mail over.
   * @throws DeliveryError
   */
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
}
