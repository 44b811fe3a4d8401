import { column, converted, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { encodeId } from '../../graphql/ids.ts';
import { convertedId } from '../noun-fields.ts';
import type { AuditDetail } from './record-audit.ts';

export const auditEntryNoun = new Noun({
  type: 'AuditEntry',
  table: 'audit_entry',
  alias: 'ae',
  types: { occurred_at: 'timestamptz', detail: 'jsonb' },
  fields: {
    id: convertedId('AuditEntry'),
    occurredAt: column('occurred_at'),
    action: column('action'),
    outcome: column('outcome'),
    details: converted('detail', (detail: AuditDetail) =>
      Object.entries(detail).map(([name, value]) => ({ name, value: String(value) })),
    ),
    apiKeyId: converted('key_id', (uuid: string) => encodeId('ApiKey', uuid)),
    member: relation('member_id', 'memberKey'),
  },
  // Never of a storefront, whatever way an id comes.
  publicWhen: 'false',
});

export const LATEST_ENTRIES: Order = {
  name: 'LATEST',
  expression: 'ae.occurred_at',
  type: 'timestamptz',
  descending: true,
};
