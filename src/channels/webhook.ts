import { lookup as resolve } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { isPublicAddress } from './addresses.ts';
import { DeliveryError } from './delivery-error.ts';

/** One call, signed as https://www.standardwebhooks.com says. */
export interface WebhookCall {
  readonly url: string;
  /** `whsec_…`: with it the receiver sees that the call is ours. */
  readonly secret: string;
  /** The same for the same call, sent again: by it, receivers know the copy. */
  readonly id: string;
  readonly payload: unknown;
}

/** A way to tell a service of the organization. */
export interface WebhookChannel {
  /**
   * Resolves when the receiver has answered 2xx.
   * @throws DeliveryError
   */
  send(call: WebhookCall): Promise<void>;
}

export interface WebhookOptions {
  /** Whether receivers may be inside of one's own network. */
  readonly allowPrivate?: boolean;
  readonly timeoutMs?: number;
  /** How long to wait before each further try, in milliseconds. */
  readonly backoffMs?: readonly number[];
}

const TIMEOUT_MS = 10_000;
const BACKOFF_MS = [500, 2_000];

export function createWebhookChannel(options: WebhookOptions = {}): WebhookChannel {
  const { allowPrivate = false, timeoutMs = TIMEOUT_MS, backoffMs = BACKOFF_MS } = options;
  return {
    async send(call) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await deliver(call, allowPrivate, timeoutMs);
        } catch (error) {
          const wait = backoffMs[attempt];
          const isTransient = error instanceof DeliveryError && error.isTransient;
          if (!isTransient || wait === undefined) throw error;
          // All of those whom an outage stopped must not come back at one moment.
          await sleep(wait * (0.5 + Math.random()));
        }
      }
    },
  };
}

/** Whether a URL may be called at all, as far as it can be told without asking for its host; null: yes. */
export function webhookUrlProblem(url: string, allowPrivate: boolean): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !['https:', 'http:'].includes(parsed.protocol))
    return 'It is no URL of https.';
  if (parsed.username !== '' || parsed.password !== '') return 'It holds a password.';
  if (allowPrivate) return null;
  if (parsed.protocol !== 'https:') return 'It is not https.';
  const host = hostOf(parsed);
  return isIP(host) !== 0 && !isPublicAddress(host) ? 'It leads into a private network.' : null;
}

async function deliver(call: WebhookCall, allowPrivate: boolean, timeoutMs: number): Promise<void> {
  const problem = webhookUrlProblem(call.url, allowPrivate);
  if (problem !== null) throw new DeliveryError(problem, false);
  const body = JSON.stringify(call.payload);
  const now = new Date();
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Antiphon',
    'webhook-id': call.id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(call.secret).sign(call.id, now, body),
  };
  const status = await post(new URL(call.url), body, headers, { allowPrivate, timeoutMs });
  if (status >= 200 && status < 300) return;
  // A redirect could lead anywhere, and 410 says that nobody wants it any more.
  const isTransient = status >= 500 || status === 408 || status === 425 || status === 429;
  throw new DeliveryError(`The receiver answered ${status}.`, isTransient);
}

interface Sending {
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
}

/** The status of the answer; what else it says does not matter, and is not read. */
function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  { allowPrivate, timeoutMs }: Sending,
): Promise<number> {
  const signal = AbortSignal.timeout(timeoutMs);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((done, fail) => {
    const failed = (error: unknown) => {
      if (error instanceof DeliveryError) return fail(error);
      const message = signal.aborted
        ? `The receiver did not answer in ${timeoutMs} ms.`
        : `The receiver cannot be reached: ${(error as Error).message}`;
      fail(new DeliveryError(message, true, { cause: error }));
    };
    const options = {
      method: 'POST',
      headers,
      signal,
      lookup: lookupOf(allowPrivate),
      agent: false,
    };
    const request = send(url, options, (response: IncomingMessage) => {
      done(response.statusCode ?? 0);
      response.destroy();
    });
    request.on('error', failed);
    request.end(body);
  });
}

/**
 * Looks at the very address that is then connected to: a name that leads to a public one when it is
 * looked at, and to a private one when it is called, would be the way around a check before.
 */
function lookupOf(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '');
      const usable = addresses.filter(({ address }) => allowPrivate || isPublicAddress(address));
      const [first] = usable;
      if (first === undefined) {
        return callback(new DeliveryError('Its name leads into a private network.', false), '');
      }
      if (options.all === true) return callback(null, usable);
      return callback(null, first.address, first.family);
    });
  };
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
