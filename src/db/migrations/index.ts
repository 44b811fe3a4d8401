import type { Migration } from '@mikro-orm/migrations';
import { Migration0001Core } from './0001-core.ts';
import { Migration0002EventsOfProducts } from './0002-events-of-products.ts';

interface NamedMigration {
  /** What the database remembers, so it never changes. */
  name: string;
  class: new (...parameters: ConstructorParameters<typeof Migration>) => Migration;
}

/** All migrations, in order. */
export const migrationsList: NamedMigration[] = [
  { name: '0001-core', class: Migration0001Core },
  { name: '0002-events-of-products', class: Migration0002EventsOfProducts },
];
