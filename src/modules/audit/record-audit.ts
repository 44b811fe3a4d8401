import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import type { Caller } from '../../graphql/caller.ts';

export type AuditOutcome = 'DONE' | 'REFUSED';

/** What it was about, by name: ids and rules, never contact data or what a person wrote. */
export type AuditDetail = Readonly<Record<string, string | number | boolean>>;

export interface NewAuditEntry {
  /** `<noun>.<verb>`, such as `customer.erase`. */
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly detail: AuditDetail;
}

/**
 * Writes down what was done or refused, and by whom, in this unit of work. A refusal undoes its own
 * unit: it is written in another one, behind it.
 *
 * @param by null: the server itself
 */
export async function recordAudit(
  uow: UnitOfWork,
  by: Pick<Caller, 'keyId' | 'memberId'> | null,
  { action, outcome, detail }: NewAuditEntry,
): Promise<void> {
  await uow.execute(
    `insert into audit_entry (organization_id, id, occurred_at, action, outcome, key_id, member_id, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`,
    [
      uow.organizationId,
      newId(),
      uow.now,
      action,
      outcome,
      by?.keyId ?? null,
      by?.memberId ?? null,
      JSON.stringify(detail),
    ],
  );
}
