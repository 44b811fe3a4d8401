import { OptionalProps, PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import type { SurveyKind } from './definition.ts';

/** What is asked in private, whichever version of it. */
@Entity({ tableName: 'survey' })
@Unique({ properties: ['organizationId', 'key'] })
export class SurveyEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'anonymous';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** How programs and links name it: unique in the organization. */
  @Property({ type: 'text' })
  key!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text' })
  kind!: SurveyKind;

  /** Whether somebody whom nobody invited may answer. */
  @Property({ type: 'boolean', default: false })
  anonymous!: boolean;

  /** On the scale of the scored question; null: what is negative raises an alert. */
  @Property({ type: 'double', nullable: true })
  alertAtMost!: number | null;

  /** From then on no answer is taken. */
  @Property({ type: 'datetime', nullable: true })
  endsAt!: Date | null;

  /** The number of the version that is answered now. */
  @Property({ type: 'integer', nullable: true })
  publishedVersion!: number | null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
