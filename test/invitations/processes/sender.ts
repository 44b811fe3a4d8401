/**
 * One of several server processes: sends the invitations of an organization whenever it is told the
 * time. It is made into one file before it is run, since Node does not know the entities' decorators.
 */
import { createSmtpChannel } from '../../../src/channels/smtp.ts';
import { createWebhookChannel } from '../../../src/channels/webhook.ts';
import { openDatabase } from '../../../src/db/database.ts';
import { silentLogger } from '../../../src/db/logger.ts';
import { entities } from '../../../src/modules/entities.ts';
import { invitationWork } from '../../../src/modules/invitations/index.ts';

const [url, organizationId, smtpPort, leaseMs] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
let now = new Date(0);
const db = await openDatabase({ url, entities, poolSize: 6 });
const work = invitationWork({
  db,
  means: {
    clock: { now: () => now },
    publicUrl: 'https://feedback.example',
    mail: createSmtpChannel(`smtp://127.0.0.1:${smtpPort}`),
    mailFrom: 'feedback@shop.example',
    webhooks: createWebhookChannel(),
    leaseMs: Number(leaseMs),
    concurrency: 4,
  },
  logger: silentLogger,
});
process.on('message', ({ time }: { time: string }) => {
  now = new Date(time);
  work.run(organizationId, new AbortController().signal).then(
    () => process.send?.({ done: time }),
    (error: unknown) => process.send?.({ failed: String((error as Error).stack ?? error) }),
  );
});
process.send?.({ ready: true });
