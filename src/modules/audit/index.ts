/** What other modules may use of the audit log. */
export { type AuditDetail, type NewAuditEntry, recordAudit } from './record-audit.ts';
