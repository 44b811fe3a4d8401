import { OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { Scope } from '../../graphql/caller.ts';
import type { KeyKind } from './key-token.ts';
import { MemberEntity } from './member.entity.ts';

@Entity({ tableName: 'api_key' })
export class ApiKeyEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'scopes';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  kind!: KeyKind;

  @Property({ type: 'text' })
  name!: string;

  /** The first characters of the token, which lists show. */
  @Property({ type: 'text' })
  prefix!: string;

  /** SHA-256 of the whole token: 32 bytes. The token itself is nowhere. */
  @Property({ type: 'blob' })
  hash!: Buffer;

  @Property({ type: 'array', columnType: 'text[]', default: [] })
  scopes!: Scope[];

  /** Browser origins that a publishable key may be used from; null allows any. */
  @Property({ type: 'array', columnType: 'text[]', nullable: true })
  origins!: string[] | null;

  /** The member that a secret key acts for. */
  @ManyToOne(() => MemberEntity, {
    joinColumns: ['organization_id', 'member_id'],
    ref: true,
    nullable: true,
  })
  member!: Ref<MemberEntity> | null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  expiresAt!: Date | null;

  @Property({ type: 'datetime', nullable: true })
  revokedAt!: Date | null;

  @Property({ type: 'datetime', nullable: true })
  lastUsedAt!: Date | null;
}
