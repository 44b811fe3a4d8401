import { createTransport } from 'nodemailer';
import { DeliveryError } from './delivery-error.ts';
import type { Mail, MailChannel } from './mail.ts';

const MAX_CONNECTIONS = 5;
/** Servers close a connection on which too much was sent. */
const MAILS_A_CONNECTION = 100;
const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
const PORT = { 'smtp:': 587, 'smtps:': 465 } as const;

export interface SmtpOptions {
  /** Mails under way at once. */
  readonly maxConnections?: number;
  /** How long the server may say nothing. */
  readonly silenceMs?: number;
}

/**
 * Mail over SMTP: `smtp://user:password@host:587` takes up TLS where the server offers it, and
 * insists on it with `?tls=required`; `smtps://` begins with it.
 */
export function createSmtpChannel(url: string, options: SmtpOptions = {}): MailChannel {
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  const transport = createTransport({
    ...serverOf(url),
    pool: true,
    maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
    maxMessages: MAILS_A_CONNECTION,
    connectionTimeout: Math.min(CONNECT_MS, silenceMs),
    greetingTimeout: Math.min(CONNECT_MS, silenceMs),
    socketTimeout: silenceMs,
    // Texts of surveys are texts, whatever they look like.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      try {
        await transport.sendMail(messageOf(mail));
      } catch (error) {
        throw deliveryError(error);
      }
    },
    async close() {
      transport.close();
    },
  };
}

function serverOf(url: string) {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const secure = protocol === 'smtps:';
  const user = decodeURIComponent(username);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? PORT[secure ? 'smtps:' : 'smtp:'] : Number(port),
    secure,
    requireTLS: searchParams.get('tls') === 'required',
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(password) } }),
  };
}

function messageOf(mail: Mail) {
  const { to, from, replyTo, subject, text, html, headers, messageId } = mail;
  return {
    from: { name: from.name ?? '', address: from.address },
    to: { name: '', address: to },
    ...(replyTo == null ? {} : { replyTo }),
    subject,
    text,
    ...(html == null ? {} : { html }),
    messageId: `<${messageId}>`,
    headers: { 'Auto-Submitted': 'auto-generated', ...headers },
  };
}

/** The server refuses this mail, or its recipient, and will refuse it again (RFC 5321, 4.2.1). */
const ABOUT_THE_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

function deliveryError(error: unknown): DeliveryError {
  const { code, responseCode, message } = error as Error & { code?: string; responseCode?: number };
  const isFinal =
    ABOUT_THE_MAIL.has(code ?? '') && (responseCode === undefined || responseCode >= 500);
  return new DeliveryError(message, !isFinal, { cause: error });
}
