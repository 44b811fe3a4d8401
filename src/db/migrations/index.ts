import type { Migration } from '@mikro-orm/migrations';
import { Migration0001Core } from './0001-core.ts';
import { Migration0002EventsOfProducts } from './0002-events-of-products.ts';
import { Migration0003Metrics } from './0003-metrics.ts';
import { Migration0004MetricViews } from './0004-metric-views.ts';
import { Migration0005Customers } from './0005-customers.ts';
import { Migration0006Surveys } from './0006-surveys.ts';
import { Migration0007SurveyRollups } from './0007-survey-rollups.ts';
import { Migration0008PackedDays } from './0008-packed-days.ts';
import { Migration0009EventsProveNothingTwice } from './0009-events-prove-nothing-twice.ts';
import { Migration0010NewestKeys } from './0010-newest-keys.ts';

interface NamedMigration {
  /** What the database remembers, so it never changes. */
  name: string;
  class: new (...parameters: ConstructorParameters<typeof Migration>) => Migration;
}

/** All migrations, in order. */
export const migrationsList: NamedMigration[] = [
  { name: '0001-core', class: Migration0001Core },
  { name: '0002-events-of-products', class: Migration0002EventsOfProducts },
  { name: '0003-metrics', class: Migration0003Metrics },
  { name: '0004-metric-views', class: Migration0004MetricViews },
  { name: '0005-customers', class: Migration0005Customers },
  { name: '0006-surveys', class: Migration0006Surveys },
  { name: '0007-survey-rollups', class: Migration0007SurveyRollups },
  { name: '0008-packed-days', class: Migration0008PackedDays },
  { name: '0009-events-prove-nothing-twice', class: Migration0009EventsProveNothingTwice },
  { name: '0010-newest-keys', class: Migration0010NewestKeys },
];
