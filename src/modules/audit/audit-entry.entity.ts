import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { AuditDetail, AuditOutcome } from './record-audit.ts';

/** What was done or refused that an auditor would ask for. It refers to nothing that may go. */
@Entity({ tableName: 'audit_entry' })
export class AuditEntryEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'datetime' })
  occurredAt!: Date;

  /** Such as `customer.erase`. */
  @Property({ type: 'text' })
  action!: string;

  @Property({ type: 'text' })
  outcome!: AuditOutcome;

  @Property({ type: 'uuid', nullable: true })
  keyId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  memberId!: string | null;

  @Property({ type: 'json', columnType: 'jsonb' })
  detail!: AuditDetail;
}
