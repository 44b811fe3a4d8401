import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import type { MemberRole } from '../../graphql/caller.ts';

/** A person of the organization. Issuer and subject, both or neither, bind an account to sign in with. */
@Entity({ tableName: 'member' })
@Unique({ properties: ['organizationId', 'email'] })
@Unique({ properties: ['organizationId', 'issuer', 'subject'] })
export class MemberEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text', nullable: true })
  issuer!: string | null;

  @Property({ type: 'text', nullable: true })
  subject!: string | null;

  @Property({ type: 'text' })
  email!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text' })
  role!: MemberRole;

  @Property({ type: 'datetime' })
  createdAt!: Date;
}
