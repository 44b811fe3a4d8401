import { Migrator } from '@mikro-orm/migrations';
import type { AnyEntity, EntityClass, Options } from '@mikro-orm/sql';
import type { DatabaseLogger } from './logger.ts';
import { migrationsList } from './migrations/index.ts';

export type Entities = EntityClass<AnyEntity>[];

export const MIGRATION_TABLE = 'schema_migration';

/** What MikroORM is told on both databases. */
export function ormOptions(entities: Entities, logger: DatabaseLogger) {
  return {
    entities,
    extensions: [Migrator],
    discovery: { warnWhenNoEntities: false },
    // Times are written and read as instants, whatever the zone of this process.
    forceUtcTimezone: true,
    logger: (message) => logger.info({}, message),
    colors: false,
    migrations: {
      migrationsList,
      tableName: MIGRATION_TABLE,
      snapshot: false,
      silent: true,
      // Otherwise it turns triggers and foreign keys off, which needs a superuser.
      disableForeignKeys: false,
      transactional: true,
      allOrNothing: true,
    },
  } satisfies Partial<Options>;
}
