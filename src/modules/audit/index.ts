/** What other modules may use of the audit log. */
export { auditEntryNoun } from './audit-entry.reads.ts';
export { type AuditDetail, type NewAuditEntry, recordAudit } from './record-audit.ts';
