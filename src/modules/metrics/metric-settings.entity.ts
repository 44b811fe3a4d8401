import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { MetricSettings } from './metric-settings.ts';

/** What an organization aims at. Its row is written with the default views, and so says that they were. */
@Entity({ tableName: 'metric_settings' })
export class MetricSettingsEntity {
  [OptionalProps]?: 'goalNegative' | 'goalPositive';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @Property({ type: 'double', default: 1 })
  goalNegative!: number;

  @Property({ type: 'double', default: 0.2 })
  goalPositive!: number;

  @Property({ type: 'json', columnType: 'jsonb' })
  weights!: MetricSettings['weights'];

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
