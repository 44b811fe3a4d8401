import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import type { StoredGoal, StoredQuery, Visualisation } from './stored-view.ts';

/** A saved question. */
@Entity({ tableName: 'metric_view' })
@Unique({ properties: ['organizationId', 'key'] })
export class MetricViewEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** How programs name it: unique in the organization. */
  @Property({ type: 'text' })
  key!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text', nullable: true })
  description!: string | null;

  @Property({ type: 'text' })
  visualisation!: Visualisation;

  @Property({ type: 'json', columnType: 'jsonb', default: '[]' })
  goals!: readonly StoredGoal[];

  @Property({ type: 'json', columnType: 'jsonb' })
  query!: StoredQuery;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
