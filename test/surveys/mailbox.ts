import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { createSmtpChannel } from '../../src/channels/smtp.ts';
import type { MailChannel } from '../../src/channels/mail.ts';

/** A mail server, and what was sent to it. */
export interface Mailbox {
  /** As `ANTIPHON_SMTP_URL` takes it. */
  readonly url: string;
  readonly channel: MailChannel;
  readonly mails: Email[];
  close(): Promise<void>;
}

/** Takes all mail but that to an address that begins with "nobody". */
export async function openMailbox(): Promise<Mailbox> {
  const mails: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const refusal = Object.assign(new Error('No such user'), { responseCode: 550 });
      done(address.startsWith('nobody') ? refusal : null);
    },
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          mails.push(mail);
          done();
        }, done);
      });
    },
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.server.address() as AddressInfo;
  const url = `smtp://127.0.0.1:${port}`;
  const channel = createSmtpChannel(url);
  return {
    url,
    channel,
    mails,
    async close() {
      await channel.close();
      await new Promise<void>((closed) => server.close(closed));
    },
  };
}
