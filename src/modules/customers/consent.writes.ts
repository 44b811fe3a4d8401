import type { UnitOfWork } from '../../db/database.ts';
import { recordset } from '../../db/recordset.ts';
import { recordEvents } from '../../feed/events.ts';
import type { ContactChannel } from './consent.ts';

/** What a customer said about a channel. */
export interface SaidConsent {
  /** UUID. */
  readonly customerId: string;
  readonly channel: ContactChannel;
  readonly granted: boolean;
  readonly source: string | null;
}

/**
 * Writes what customers said, the last word on each channel; what was said before already is not
 * written, so that the time and the source of a consent stay those of when it was given.
 *
 * @returns the UUIDs of the customers for whom something changed
 */
export async function writeConsents(
  uow: UnitOfWork,
  said: readonly SaidConsent[],
): Promise<ReadonlySet<string>> {
  if (said.length === 0) return new Set();
  const records = said.map(({ customerId, channel, granted, source }) => ({
    customer_id: customerId,
    channel,
    granted,
    source,
  }));
  const columns = { customer_id: 'uuid', channel: 'text', granted: 'boolean', source: 'text' };
  const { sql, values } = recordset(columns, records, 'n', 3);
  const changed = await uow.execute<{ id: string }>(
    `insert into customer_consent as s (organization_id, customer_id, channel, granted, source, changed_at)
     select $1, n.customer_id, n.channel, n.granted, n.source, $2 from ${sql}
     order by n.customer_id, n.channel
     on conflict (organization_id, customer_id, channel) do update
       set granted = excluded.granted, source = excluded.source, changed_at = excluded.changed_at
       where s.granted is distinct from excluded.granted
     returning customer_id as id`,
    [uow.organizationId, uow.now, ...values],
  );
  return new Set(changed.map(({ id }) => id));
}

/** What a customer (UUID) said about a channel, such as by the link in a mail; told to the feed. */
export async function setConsent(
  uow: UnitOfWork,
  customerId: string,
  channel: ContactChannel,
  granted: boolean,
  source: string | null,
): Promise<void> {
  const changed = await writeConsents(uow, [{ customerId, channel, granted, source }]);
  recordEvents(
    uow,
    [...changed].map((id) => ({ kind: 'CUSTOMER_UPDATED' as const, customerId: id })),
  );
}
