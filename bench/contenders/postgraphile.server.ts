import { createServer } from 'node:http';
import { listOfCodec, TYPES } from 'postgraphile/@dataplan/pg';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { postgraphile } from 'postgraphile';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { addPgTableCondition } from 'postgraphile/utils';
import { listen, openPool } from './serving.ts';

/** `in` is not among the built-in conditions; this is the first example of the page on adding one. */
const locationIdIn = addPgTableCondition(
  { schemaName: 'public', tableName: 'location' },
  'idIn',
  ({ graphql: { GraphQLList, GraphQLNonNull }, getTypeByName }) => ({
    type: new GraphQLList(new GraphQLNonNull(getTypeByName('UUID') as never)),
  }),
  (value, { sql, sqlTableAlias, sqlValueWithCodec }) =>
    sql`${sqlTableAlias}.id = any(${sqlValueWithCodec(value, listOfCodec(TYPES.uuid))})`,
);

/** Only for looking a cursor up, before the measurement. */
const authoredBefore = addPgTableCondition(
  { schemaName: 'public', tableName: 'review' },
  'authoredBefore',
  ({ getTypeByName }) => ({ type: getTypeByName('Datetime') as never }),
  (value, { sql, sqlTableAlias, sqlValueWithCodec }) =>
    sql`${sqlTableAlias}.authored_at < ${sqlValueWithCodec(value, TYPES.timestamptz)}`,
);

/** The range of a metric view: by the same example. */
const startsBetween = (['startsFrom', 'startsTo'] as const).map((name) =>
  addPgTableCondition(
    { schemaName: 'public', tableName: 'review_total' },
    name,
    ({ getTypeByName }) => ({ type: getTypeByName('Date') as never }),
    (value, { sql, sqlTableAlias, sqlValueWithCodec }) => {
      const day = sqlValueWithCodec(value, TYPES.date);
      return name === 'startsFrom'
        ? sql`${sqlTableAlias}.starts >= ${day}`
        : sql`${sqlTableAlias}.starts <= ${day}`;
    },
  ),
);

const pgl = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [locationIdIn, authoredBefore, ...startsBetween],
  // Else a column can be a condition or an order only where an index begins with it, and all of
  // ours begin with the organization.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [makePgService({ pool: openPool(), schemas: ['public'] })],
  grafserv: { graphqlPath: '/graphql', websockets: false, graphiql: false },
});

const server = createServer();
await pgl.createServ(grafserv).addTo(server);
if (process.env['BENCH_PRINT_SCHEMA']) {
  const { printSchema } = await import('graphql');
  console.error(printSchema(await pgl.getSchema()));
}
listen(server);
