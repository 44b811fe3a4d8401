import { type Channels, installChannels } from './channels/installed.ts';
import { createSmtpChannel } from './channels/smtp.ts';
import { createWebhookChannel } from './channels/webhook.ts';
import type { App } from './app.ts';
import { systemClock } from './jobs/clock.ts';
import { startJobs } from './jobs/jobs.ts';
import { invitationWork } from './modules/invitations/index.ts';
import { packingWork } from './modules/reviews/index.ts';
import { alertMailWork } from './modules/survey-responses/index.ts';

/** What goes on without anybody asking for it. */
export interface Background {
  /** Finishes what is being sent, and gives back the rest. */
  close(): Promise<void>;
}

/** After so long, what a process has taken to send it is another's. */
const LEASE_MS = 5 * 60 * 1000;
/** Deliveries of one organization at once, in one process. */
const CONCURRENCY = 8;

/** Opens the channels of the configuration, and has the jobs done, unless this process does none. */
export function startBackground(app: App, url: string): Background {
  const { config, db, logger } = app;
  const channels = channelsOf(app, url);
  installChannels(db, channels);
  const means = { ...channels, clock: systemClock, leaseMs: LEASE_MS, concurrency: CONCURRENCY };
  // Alerts first: somebody has to know at once.
  const works = [
    alertMailWork({ db, means, logger }),
    invitationWork({ db, means, logger }),
    packingWork({ db, clock: systemClock }),
  ];
  const jobs = config.jobs ? startJobs({ db, url: config.databaseUrl, works, logger }) : null;
  return {
    async close() {
      await jobs?.close();
      await channels.mail?.close();
    },
  };
}

function channelsOf({ config }: App, url: string): Channels {
  const { smtp, publicUrl, webhookPrivate } = config;
  return {
    publicUrl: publicUrl ?? url,
    mail: smtp === undefined ? null : createSmtpChannel(smtp.url),
    mailFrom: smtp?.from ?? null,
    webhooks: createWebhookChannel({ allowPrivate: webhookPrivate }),
  };
}
